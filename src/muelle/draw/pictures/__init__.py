"""Los dibujos, uno por módulo: de un objeto del modelo a su diagrama."""
