namespace MemGuard.Benchmarks.Cache;

/// <summary>What people write by hand: a dictionary and a linked list under one lock.</summary>
internal sealed class LockedLru<TKey, TValue>(int capacity)
    where TKey : notnull
{
    private readonly Lock _gate = new();
    private readonly Dictionary<TKey, LinkedListNode<KeyValuePair<TKey, TValue>>> _nodes = new(capacity);
    private readonly LinkedList<KeyValuePair<TKey, TValue>> _order = new();

    public bool TryGetValue(TKey key, out TValue? value)
    {
        lock (_gate)
        {
            if (_nodes.TryGetValue(key, out LinkedListNode<KeyValuePair<TKey, TValue>>? node))
            {
                _order.Remove(node);
                _order.AddFirst(node);
                value = node.Value.Value;
                return true;
            }
        }

        value = default;
        return false;
    }

    public void Set(TKey key, TValue value)
    {
        lock (_gate)
        {
            if (_nodes.TryGetValue(key, out LinkedListNode<KeyValuePair<TKey, TValue>>? node))
            {
                node.Value = new(key, value);
                _order.Remove(node);
                _order.AddFirst(node);
                return;
            }

            if (_nodes.Count == capacity)
            {
                _nodes.Remove(_order.Last!.Value.Key);
                _order.RemoveLast();
            }

            _nodes[key] = _order.AddFirst(new KeyValuePair<TKey, TValue>(key, value));
        }
    }

    public TValue GetOrAdd(TKey key, Func<TKey, TValue> factory)
    {
        if (!TryGetValue(key, out TValue? value))
        {
            value = factory(key);
            Set(key, value);
        }

        return value!;
    }
}
