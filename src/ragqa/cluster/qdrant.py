"""Collections on a Qdrant server, by its client library; the faults of both come out as ragqa's own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

import numpy as np

from ragqa.cluster.collections import Arm, Plan, Point, Sparse, Where
from ragqa.cluster.place import Place
from ragqa.errors import ClusterError, MissingExtra
from ragqa.protocols import Vectors

_WRITTEN: Final = 256
_SCANNED: Final = 512
_FORBIDDEN: Final = (401, 403)


def connect(place: Place, *, key: str | None, tls: bool, timeout: float) -> QdrantCollections:
    """Return the collections of a server; nothing is contacted before something is asked.

    Raises MissingExtra where the client library is not installed, ClusterError for a key that would go unencrypted.
    """
    if key and not tls and not place.is_local:
        raise ClusterError(f"a key is not sent to {place.host} unencrypted", remedy="set cluster.tls = true")
    try:
        import qdrant_client  # noqa: PLC0415 - an extra, and slow
    except ImportError as error:
        raise MissingExtra(f"the index {place}", "qdrant") from error
    client = qdrant_client.QdrantClient(
        host=place.host.strip("[]"),
        port=place.port,
        https=tls,
        api_key=key,
        timeout=max(1, round(timeout)),
        check_compatibility=False,
    )
    return QdrantCollections(client, str(place))


class QdrantCollections:
    """Collections of a client; safe to use from many threads."""

    def __init__(self, client: Any, name: str) -> None:  # noqa: ANN401 - the library comes with an extra
        from qdrant_client import models  # noqa: PLC0415 - an extra, and slow

        self._client, self._name, self._models = client, name, models

    def create(self, name: str, plan: Plan) -> None:
        """Make an empty collection, and its payload indexes before any point."""
        m = self._models
        dense = (
            {Arm.DENSE.value: m.VectorParams(size=plan.dimensions, distance=m.Distance.DOT)} if plan.dimensions else {}
        )
        sparse = {Arm.LEXICAL.value: m.SparseVectorParams()} if plan.dimensions else None
        # Binary codes lose a third of the recall at 384 dimensions, so there is no choice but int8 or none.
        codes = (
            m.ScalarQuantization(scalar=m.ScalarQuantizationConfig(type=m.ScalarType.INT8, always_ram=True))
            if plan.int8
            else None
        )
        with self._explained():
            self._client.create_collection(
                name,
                vectors_config=dense,
                sparse_vectors_config=sparse,
                shard_number=plan.shards,
                replication_factor=plan.replicas,
                quantization_config=codes,
            )
            for field in plan.keywords:
                self._client.create_payload_index(name, field, field_schema=m.PayloadSchemaType.KEYWORD)
            for field in plan.numbers:
                self._client.create_payload_index(name, field, field_schema=m.PayloadSchemaType.INTEGER)

    def put(self, name: str, points: Sequence[Point]) -> None:
        """Write points in batches, and wait for each."""
        m = self._models
        for start in range(0, len(points), _WRITTEN):
            made = []
            for point in points[start : start + _WRITTEN]:
                vector: dict[str, Any] = {}
                if point.dense is not None:
                    vector[Arm.DENSE.value] = point.dense.tolist()
                if point.lexical is not None:
                    vector[Arm.LEXICAL.value] = m.SparseVector(
                        indices=point.lexical.terms, values=point.lexical.weights
                    )
                made.append(m.PointStruct(id=point.id, vector=vector, payload=dict(point.payload)))
            with self._explained():
                self._client.upsert(name, made, wait=True)

    def delete(self, name: str, where: Where) -> None:
        """Delete points, and wait until that is done."""
        with self._explained():
            self._client.delete(name, self._models.FilterSelector(filter=self._filter(where)), wait=True)

    def nearest(
        self, name: str, arm: Arm, query: Vectors | Sparse, *, depth: int, where: Where, exact: bool
    ) -> list[Point]:
        """Return the points of highest inner product."""
        m = self._models
        asked = (
            m.SparseVector(indices=query.terms, values=query.weights) if isinstance(query, Sparse) else query.tolist()
        )
        with self._explained():
            found = self._client.query_points(
                name,
                query=asked,
                using=arm.value,
                limit=depth,
                query_filter=self._filter(where),
                with_payload=["passage", "length"],
                with_vectors=[arm.value],
                search_params=m.SearchParams(exact=True) if exact else None,
            )
        return [point_of(point, point.score) for point in found.points]

    def get(
        self, name: str, ids: Sequence[str], *, fields: Sequence[str] | None = None, arms: Sequence[Arm] = ()
    ) -> list[Point]:
        """Return those points that there are."""
        if not ids:
            return []
        wanted: list[str] | bool = list(fields) if fields is not None else True
        with self._explained():
            found = self._client.retrieve(
                name, list(ids), with_payload=wanted, with_vectors=[arm.value for arm in arms] or False
            )
        return [point_of(point) for point in found]

    def scan(self, name: str, where: Where = Where(), *, fields: Sequence[str] | None = None) -> Iterator[Point]:
        """Yield points, a page after the other."""
        wanted: list[str] | bool = list(fields) if fields is not None else True
        offset = None
        while True:
            with self._explained():
                found, offset = self._client.scroll(
                    name,
                    scroll_filter=self._filter(where),
                    limit=_SCANNED,
                    offset=offset,
                    with_payload=wanted,
                    with_vectors=False,
                )
            yield from map(point_of, found)
            if offset is None:
                return

    def count(self, name: str, where: Where = Where()) -> int:
        """Return how many points there are."""
        with self._explained():
            return int(self._client.count(name, count_filter=self._filter(where), exact=True).count)

    def is_ready(self, name: str) -> bool:
        """Tell whether the server calls the collection green: nothing waits to be indexed."""
        with self._explained():
            return bool(self._client.get_collection(name).status == self._models.CollectionStatus.GREEN)

    def names(self) -> list[str]:
        """Return the names of all collections."""
        with self._explained():
            return [found.name for found in self._client.get_collections().collections]

    def behind(self, alias: str) -> str | None:
        """Return the collection that an alias stands for."""
        with self._explained():
            return next(
                (found.collection_name for found in self._client.get_aliases().aliases if found.alias_name == alias),
                None,
            )

    def point(self, alias: str, name: str) -> None:
        """Let an alias stand for a collection: the server takes both steps as one."""
        m = self._models
        steps: list[Any] = []
        if self.behind(alias) is not None:
            steps.append(m.DeleteAliasOperation(delete_alias=m.DeleteAlias(alias_name=alias)))
        steps.append(m.CreateAliasOperation(create_alias=m.CreateAlias(collection_name=name, alias_name=alias)))
        with self._explained():
            self._client.update_collection_aliases(steps)

    def drop(self, name: str) -> None:
        """Remove a collection, if there is one."""
        if name in self.names():
            with self._explained():
                self._client.delete_collection(name)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _filter(self, where: Where) -> Any:  # noqa: ANN401 - the library comes with an extra
        m = self._models
        must = [
            m.FieldCondition(
                key=key, match=m.MatchValue(value=values[0]) if len(values) == 1 else m.MatchAny(any=list(values))
            )
            for key, values in where.fields
        ]
        must += [m.FieldCondition(key=key, range=m.Range(gte=low, lte=high)) for key, low, high in where.ranges]
        unless = [m.FieldCondition(key=key, match=m.MatchValue(value=value)) for key, value in where.unless]
        return m.Filter(must=must or None, must_not=unless or None) if must or unless else None

    @contextmanager
    def _explained(self) -> Iterator[None]:
        from qdrant_client.http.exceptions import ApiException, ResponseHandlingException, UnexpectedResponse  # noqa: PLC0415

        try:
            yield
        except UnexpectedResponse as error:
            if error.status_code in _FORBIDDEN:
                raise ClusterError(
                    f"{self._name} refuses the key", remedy="set RAGQA_QDRANT_KEY to one that may do this"
                ) from error
            raise ClusterError(f"{self._name} refuses the request (status {error.status_code})") from error
        except (ResponseHandlingException, ApiException) as error:
            cause = error.source if isinstance(error, ResponseHandlingException) else error
            raise ClusterError(
                f"{self._name} cannot be reached: {type(cause).__name__}",
                remedy="is the server running, and is cluster.timeout long enough?",
            ) from error


def point_of(found: Any, score: float = 0.0) -> Point:  # noqa: ANN401 - the library comes with an extra
    """Return a point as the client, or the engine, gives it."""
    vectors = found.vector if isinstance(found.vector, dict) else {}
    dense, lexical = vectors.get(Arm.DENSE.value), vectors.get(Arm.LEXICAL.value)
    return Point(
        str(found.id),
        found.payload or {},
        None if dense is None else np.asarray(dense, dtype=np.float32),
        None if lexical is None else Sparse(list(lexical.indices), list(lexical.values)),
        score,
    )
