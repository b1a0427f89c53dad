from cpi_econ.study.config import Study as Study
from cpi_econ.study.load import read_study as read_study
from cpi_econ.study.trial import Trial as Trial
from cpi_econ.study.trial import read_trial as read_trial

__version__: str
