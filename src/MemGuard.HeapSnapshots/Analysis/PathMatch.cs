namespace MemGuard.HeapSnapshots.Analysis;

/// <summary>Finds each path of a snapshot in an earlier one: by its way down, by what types and fields are and not by what they are called.</summary>
internal sealed class PathMatch
{
    private const int None = -1;
    private const long SmallestMoved = 64 << 10;

    private readonly IReadOnlyList<PathNode> _paths;
    private readonly IReadOnlyList<PathNode> _earlier;
    private readonly bool _hasIdentities;
    private readonly ILookup<Key, int> _now;
    private readonly ILookup<Key, int> _before;
    private readonly int[] _match;
    private readonly bool[] _isTaken;

    private PathMatch(IReadOnlyList<PathNode> paths, IReadOnlyList<PathNode> earlier)
    {
        _paths = paths;
        _earlier = earlier;

        // A file of an earlier version has labels alone.
        _hasIdentities = paths.Any(static path => path.Identity != 0) && earlier.Any(static path => path.Identity != 0);
        _now = Group(paths);
        _before = Group(earlier);
        _match = new int[paths.Count];
        Array.Fill(_match, None);
        _isTaken = new bool[earlier.Count];
    }

    /// <returns>The position of each path in the earlier snapshot, or less than zero. No earlier path is given twice.</returns>
    public static int[] Find(IReadOnlyList<PathNode> paths, IReadOnlyList<PathNode> earlier)
    {
        PathMatch match = new(paths, earlier);
        match.FollowPaths();
        if (match.FindMoved())
        {
            match.FollowPaths();
        }

        return match._match;
    }

    private void FollowPaths()
    {
        for (int i = 0; i < _paths.Count; i++)
        {
            int above = _paths[i].Parent < 0 ? None : _match[_paths[i].Parent];
            bool isOrphan = _paths[i].Parent >= 0 && above < 0;
            if (_match[i] < 0 && !isOrphan)
            {
                Key key = KeyOf(_paths[i]);
                Pair(_now[key].Where(path => _match[path] < 0), _before[key with { Parent = above }].Where(path => !_isTaken[path]));
            }
        }
    }

    // Several that cannot be told apart, such as static fields of one name: what has not changed is the same, the others go by size.
    private void Pair(IEnumerable<int> alikeNow, IEnumerable<int> alikeBefore)
    {
        List<int> now = [.. alikeNow.OrderByDescending(path => _paths[path].RetainedBytes)];
        List<int> before = [.. alikeBefore.OrderByDescending(path => _earlier[path].RetainedBytes)];
        foreach (int path in now.ToArray())
        {
            int same = before.FindIndex(candidate => _earlier[candidate].RetainedBytes == _paths[path].RetainedBytes && _earlier[candidate].Count == _paths[path].Count);
            if (same >= 0)
            {
                Take(path, before[same]);
                before.RemoveAt(same);
                now.Remove(path);
            }
        }

        for (int i = 0; i < now.Count && i < before.Count; i++)
        {
            Take(now[i], before[i]);
        }
    }

    // Objects that a second holder has got since hang higher up: moved, not grown.
    private bool FindMoved()
    {
        bool hasMoved = false;
        ILookup<long, int> left = Enumerable.Range(0, _earlier.Count)
            .Where(path => !_isTaken[path] && IsMovable(_earlier[path]))
            .ToLookup(path => _earlier[path].Identity);
        for (int i = 0; i < _paths.Count; i++)
        {
            if (_match[i] < 0 && IsMovable(_paths[i]) && _match[_paths[i].Parent] >= 0)
            {
                int moved = left[_paths[i].Identity].Where(path => !_isTaken[path]).OrderByDescending(path => _earlier[path].RetainedBytes).FirstOrDefault(None);
                if (moved >= 0)
                {
                    Take(i, moved);
                    hasMoved = true;
                }
            }
        }

        return hasMoved;
    }

    private static bool IsMovable(PathNode path) => path is { Identity: not 0, IsVirtual: false, Parent: >= 0, RetainedBytes: >= SmallestMoved };

    private void Take(int path, int earlier)
    {
        _match[path] = earlier;
        _isTaken[earlier] = true;
    }

    private ILookup<Key, int> Group(IReadOnlyList<PathNode> paths) => Enumerable.Range(0, paths.Count).ToLookup(i => KeyOf(paths[i]));

    private Key KeyOf(PathNode path) => new(path.Parent, _hasIdentities ? path.Identity : 0, _hasIdentities && path.Identity != 0 ? "" : path.Label);

    private readonly record struct Key(int Parent, long Identity, string Label);
}
