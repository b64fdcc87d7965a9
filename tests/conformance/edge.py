"""Collections over the shard engine of Qdrant in this process: the real index and arithmetic of the server, without one."""

import shutil
from pathlib import Path

import qdrant_edge as edge

from ragqa.cluster.collections import Arm, Plan, Sparse, Where
from ragqa.cluster.qdrant import point_of
from ragqa.errors import ClusterError


class EdgeCollections:
    """A shard a collection, under a folder; aliases live as long as this object."""

    def __init__(self, folder: Path):
        self._folder, self._shards, self._aliases = folder, {}, {}

    def create(self, name, plan: Plan):
        dense = {Arm.DENSE.value: edge.EdgeVectorParams(size=plan.dimensions, distance=edge.Distance.Dot)} if plan.dimensions else {}
        config = edge.EdgeConfig(vectors=dense, sparse_vectors={Arm.LEXICAL.value: edge.EdgeSparseVectorParams()})
        path = self._folder / name
        path.mkdir(parents=True)
        shard = self._shards[name] = edge.EdgeShard.create(str(path), config)
        for field in plan.keywords:
            shard.update(edge.UpdateOperation.create_field_index(field, edge.PayloadSchemaType.Keyword))
        for field in plan.numbers:
            shard.update(edge.UpdateOperation.create_field_index(field, edge.PayloadSchemaType.Integer))

    def put(self, name, points):
        made = []
        for point in points:
            vector = {}
            if point.dense is not None:
                vector[Arm.DENSE.value] = point.dense.tolist()
            if point.lexical is not None:
                vector[Arm.LEXICAL.value] = edge.SparseVector(point.lexical.terms, point.lexical.weights)
            made.append(edge.Point(point.id, vector, dict(point.payload)))
        if made:
            self._shard(name).update(edge.UpdateOperation.upsert_points(made))

    def delete(self, name, where):
        self._shard(name).update(edge.UpdateOperation.delete_points_by_filter(filter_of(where)))

    def nearest(self, name, arm, query, *, depth, where, exact):
        asked = edge.SparseVector(query.terms, query.weights) if isinstance(query, Sparse) else query.tolist()
        request = edge.QueryRequest(
            limit=depth,
            query=edge.Query.Nearest(asked, using=arm.value),
            filter=filter_of(where),
            with_payload=["passage", "length"],
            with_vector=[arm.value],
            params=edge.SearchParams(exact=exact),
        )
        return [point_of(found, found.score) for found in self._shard(name).query(request)]

    def get(self, name, ids, *, fields=None, arms=()):
        found = self._shard(name).retrieve(list(ids), list(fields) if fields is not None else True, [arm.value for arm in arms] or False)
        return [point_of(point) for point in found]

    def scan(self, name, where=Where(), *, fields=None):
        offset = None
        while True:
            request = edge.ScrollRequest(
                offset=offset, limit=100, filter=filter_of(where), with_payload=list(fields) if fields is not None else True, with_vector=False
            )
            found, offset = self._shard(name).scroll(request)
            yield from map(point_of, found)
            if offset is None:
                return

    def count(self, name, where=Where()):
        return self._shard(name).count(edge.CountRequest(exact=True, filter=filter_of(where)))

    def is_ready(self, name):
        return name in self._shards

    def names(self):
        return sorted(self._shards)

    def behind(self, alias):
        return self._aliases.get(alias)

    def point(self, alias, name):
        self._aliases[alias] = name

    def drop(self, name):
        if name in self._shards:
            self._shards.pop(name).close()
            shutil.rmtree(self._folder / name)

    def close(self):
        pass

    def reopen(self):
        """Close all shards and load them from disk again."""
        for name, shard in self._shards.items():
            shard.close()
            self._shards[name] = edge.EdgeShard.load(str(self._folder / name))

    def _shard(self, name):
        if name not in self._shards:
            raise ClusterError(f"there is no collection {name}")
        return self._shards[name]


def filter_of(where):
    must = [edge.FieldCondition(key, match=edge.MatchAny(any=list(values))) for key, values in where.fields]
    must += [edge.FieldCondition(key, range=edge.RangeFloat(gte=low, lte=high)) for key, low, high in where.ranges]
    unless = [edge.FieldCondition(key, match=edge.MatchValue(value)) for key, value in where.unless]
    return edge.Filter(must=must or None, must_not=unless or None) if must or unless else None
