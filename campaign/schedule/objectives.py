"""What the campaign is to achieve: objectives with targets, by the stages of evaluation.

Inputs are what goes in, outputs what goes out, outtakes what people do with it, outcomes what
changes. Some are measured from the readings; the others are entered by a person with a source.
"""

import re
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, Literal

from pydantic import (
    Field,
    PlainSerializer,
    PlainValidator,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
)

from campaign.schedule.parts import Strict, Text
from campaign.schedule.values import Day, refuse

Stage = Literal["inputs", "outputs", "outtakes", "outcomes"]
STAGES: tuple[Stage, ...] = ("inputs", "outputs", "outtakes", "outcomes")
Measure = Literal[
    "posts-live",
    "times-shown",
    "people",
    "engagements",
    "engagement-rate",
    "link-clicks",
    "entered",
]
RATE = "engagement-rate"


def read_goal(value: Any) -> Decimal:
    """Read a target: a number above zero such as 150000 or 2.5, or a share such as 2%."""
    text = str(value).strip().replace(",", "").replace("_", "")
    try:
        number = Decimal(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    except InvalidOperation:
        refuse(f"“{value}” is no target; write for example 150000, or 2% for a rate")
    if not number.is_finite() or not re.fullmatch(r"[\d.]+%?", text):
        refuse(f"“{value}” is no target; write for example 150000, or 2% for a rate")
    return number


Goal = Annotated[
    Decimal,
    PlainValidator(read_goal),
    PlainSerializer(str, return_type=str),
    WithJsonSchema(
        {
            "type": ["number", "string"],
            "description": "A number, or a share for a rate.",
            "examples": [150000, "2%"],
        }
    ),
]


class Objective(Strict):
    """One thing the campaign is to achieve, with how it is known and until when."""

    text: Text = Field(description="In words, as leadership reads it.")
    stage: Stage
    measure: Measure = Field(description="From the readings, or `entered` by a person.")
    target: Goal
    baseline: Goal | None = Field(default=None, description="What it was before, where known.")
    by_on: Day = Field(alias="by", description="The day it is to be reached.")
    unit: Text | None = Field(default=None, description="What is entered, such as sign-ups.")

    @field_validator("target")
    @classmethod
    def _fits_its_measure(cls, target: Decimal, info: ValidationInfo) -> Decimal:
        measure = info.data.get("measure")
        if target <= 0:
            refuse("a target of nothing is no target; write a number above zero")
        if measure == RATE and target >= 1:
            refuse("a rate is a share; write for example 2%")
        if measure not in (RATE, "entered", None) and target != target.to_integral_value():
            refuse(f"{measure} is counted; write a whole number")
        return target

    @field_validator("unit")
    @classmethod
    def _belongs_to_what_is_entered(cls, unit: str | None, info: ValidationInfo) -> str | None:
        if unit is not None and info.data.get("measure") not in ("entered", None):
            refuse("“unit” says what is entered; leave it out where the program measures")
        return unit
