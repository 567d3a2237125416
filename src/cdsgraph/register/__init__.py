"""What the texts take for granted: names, aliases, lifetimes, acts, indicators, units, curated targets and figures."""

from cdsgraph.register.book import Register as Register
from cdsgraph.register.book import number_key as number_key
from cdsgraph.register.load import load as load
from cdsgraph.register.load import look_over as look_over
from cdsgraph.register.model import THING_KINDS as THING_KINDS
from cdsgraph.register.model import Act as Act
from cdsgraph.register.model import Basis as Basis
from cdsgraph.register.model import BodyChange as BodyChange
from cdsgraph.register.model import CuratedMeasurement as CuratedMeasurement
from cdsgraph.register.model import CuratedTarget as CuratedTarget
from cdsgraph.register.model import Entry as Entry
from cdsgraph.register.model import FunctionTransfer as FunctionTransfer
from cdsgraph.register.model import Indicator as Indicator
from cdsgraph.register.model import IndicatorEnd as IndicatorEnd
from cdsgraph.register.model import Place as Place
from cdsgraph.register.model import ProvinceMapping as ProvinceMapping
from cdsgraph.register.model import Unit as Unit
