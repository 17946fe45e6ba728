namespace MemGuard.HeapSnapshots.Allocations;

/// <summary>Finds the method that an address of code belongs to.</summary>
internal sealed class MethodMap
{
    private readonly List<(ulong Start, uint Size, string Type, string Method)> _methods = [];
    private readonly Dictionary<int, MethodFrame> _frames = [];
    private bool _isSorted;

    public int Count => _methods.Count;

    public void Add(ulong start, uint size, string type, string method)
    {
        _methods.Add((start, size, type, method));
        _isSorted = false;
    }

    /// <returns>Null where no method is known: code of the runtime, or made at run time.</returns>
    public MethodFrame? Find(ulong address)
    {
        if (!_isSorted)
        {
            _methods.Sort(static (one, other) => one.Start.CompareTo(other.Start));
            _frames.Clear();
            _isSorted = true;
        }

        int low = 0, high = _methods.Count - 1;
        while (low <= high)
        {
            int middle = low + ((high - low) / 2);
            (ulong start, uint size, string type, string method) = _methods[middle];
            if (address < start)
            {
                high = middle - 1;
            }
            else if (address - start >= size)
            {
                low = middle + 1;
            }
            else if (_frames.TryGetValue(middle, out MethodFrame? known))
            {
                return known;
            }
            else
            {
                return _frames[middle] = MethodFrame.Parse(type, method);
            }
        }

        return null;
    }
}
