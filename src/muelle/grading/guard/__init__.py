"""El guardián: el socket que ve el cuaderno de un estudiante, con una tabla de lo que puede pedir."""

from .policy import connector, judge_for_checks, policy_for
from .refusals import Denied, Refusal
from .server import Guard
from .things import LABEL

__all__ = ["LABEL", "Denied", "Guard", "Refusal", "connector", "judge_for_checks", "policy_for"]
