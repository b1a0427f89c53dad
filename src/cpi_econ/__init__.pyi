from .study.config import Study as Study
from .study.load import read_study as read_study
from .study.trial import Trial as Trial
from .study.trial import read_trial as read_trial

__version__: str
