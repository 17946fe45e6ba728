using System.Globalization;

namespace MemGuard.HeapSnapshots.Capture;

/// <summary>Keeps the evidence that a stream is whole. The end of the collection arrives even when most objects were lost, so each way of losing is checked.</summary>
internal sealed class CaptureLedger
{
    private const uint FullGeneration = 2;
    private const uint InducedReason = 1;
    private const uint BlockingType = 0;

    private readonly Dictionary<ulong, ThreadNumbers> _threads = [];
    private ulong _nodeThread;
    private long _announcedEdges;
    private uint _nextNodeIndex;
    private uint _nextEdgeIndex;
    private bool _hasIndexGap;
    private int _inducedCollections;
    private int _collectionEnds;

    public void OnEvent(ulong thread, uint sequence)
    {
        ThreadNumbers numbers = GetThread(thread);
        numbers.HasGap |= sequence != unchecked(numbers.Last + 1);
        numbers.Last = sequence;
    }

    // The writer states how far each thread has counted, lost events included: equal to what arrived, and the tail is whole.
    public void OnSequencePoint(ulong thread, uint sequence)
    {
        ThreadNumbers numbers = GetThread(thread);
        numbers.HasGap |= sequence != numbers.Last;
    }

    public void OnNodes(ulong thread, uint index)
    {
        _nodeThread = thread;
        _hasIndexGap |= index != _nextNodeIndex;
        _nextNodeIndex = index + 1;
    }

    public void OnEdges(uint index)
    {
        _hasIndexGap |= index != _nextEdgeIndex;
        _nextEdgeIndex = index + 1;
    }

    public void OnAnnouncedEdges(long edges) => _announcedEdges += edges;

    public void OnGCStart(uint depth, uint reason, uint type) =>
        _inducedCollections += depth == FullGeneration && reason == InducedReason && type == BlockingType ? 1 : 0;

    public void OnGCEnd() => _collectionEnds++;

    /// <returns>What is missing, in words; null when the stream is whole.</returns>
    public string? FindLoss(long nodes, long edges)
    {
        if (nodes == 0)
        {
            return "the stream contains no objects";
        }

        if (_inducedCollections != 1 || _collectionEnds == 0)
        {
            return string.Create(CultureInfo.InvariantCulture, $"the stream contains {_inducedCollections} induced full collections instead of one");
        }

        if (edges != _announcedEdges)
        {
            // Objects may be missing too, and with them what they announce: there can be more references than announced.
            return string.Create(CultureInfo.InvariantCulture, $"parts of the stream were lost: {nodes:N0} objects arrived that announce {_announcedEdges:N0} references, and {edges:N0} references");
        }

        if (_hasIndexGap)
        {
            return "numbered parts of the stream are missing";
        }

        return GetThread(_nodeThread).HasGap ? "events of the walking thread were dropped" : null;
    }

    private ThreadNumbers GetThread(ulong thread)
    {
        if (!_threads.TryGetValue(thread, out ThreadNumbers? numbers))
        {
            numbers = new ThreadNumbers();
            _threads.Add(thread, numbers);
        }

        return numbers;
    }

    private sealed class ThreadNumbers
    {
        public uint Last { get; set; }

        public bool HasGap { get; set; }
    }
}
