"""Packages: one use that carries several prices, such as care and hotel parts of a placement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd


def split_services(service_use: pd.DataFrame, parts: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    """Repeat each use of a package once for each of its parts.

    Parameters
    ----------
    service_use : DataFrame
        Long service use.
    parts : mapping
        Service to the services whose prices make it up, for example the care part, tagged
        ``PSS|societal``, and the hotel part, tagged ``societal``. Rent and benefits are
        transfers: tag them ``transfer``, and they are listed and never counted.

    Returns
    -------
    DataFrame
        Service use whose packages are replaced by their parts; ``item`` keeps the name of the
        package.

    Examples
    --------
    >>> use = pd.DataFrame({"participant": "a", "service": ["home"], "quantity": [13.0]})
    >>> split_services(use, {"home": ["home_care_part", "home_hotel_part"]})["service"].tolist()
    ['home_care_part', 'home_hotel_part']
    """
    item = service_use["item"] if "item" in service_use else service_use["service"]
    rows = service_use.assign(item=item)
    pieces = rows["service"].map(lambda name: list(parts.get(str(name), [name])))
    return rows.assign(service=pieces).explode("service", ignore_index=True)
