import muelle

muelle.build("FROM muelle/base\nCMD true\n", tag=valores["imagen"])
