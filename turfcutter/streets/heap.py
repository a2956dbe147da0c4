"""A binary heap of whole numbers in an array, compiled: what is nearest comes first."""

from turfcutter.compiled import compiled


@compiled
def push(heap, size, key):
    """Add a key to a binary heap of int64 that has room for it; returns its size."""
    at = size
    while at > 0:
        parent = (at - 1) >> 1
        if heap[parent] <= key:
            break
        heap[at] = heap[parent]
        at = parent
    heap[at] = key
    return size + 1


@compiled
def pop(heap, size):
    """Take the least key off a binary heap of int64; returns it and the new size."""
    top, size = heap[0], size - 1
    key = heap[size]
    at = 0
    while True:
        child = 2 * at + 1
        if child >= size:
            break
        if child + 1 < size and heap[child + 1] < heap[child]:
            child += 1
        if heap[child] >= key:
            break
        heap[at] = heap[child]
        at = child
    heap[at] = key
    return top, size
