using System.Diagnostics;
using System.Globalization;
using System.Reflection;

namespace MemGuard.HeapSnapshots.Capture;

/// <summary>Copies the process in one system call and reads the heap out of the frozen copy while the application goes on.</summary>
/// <remarks>Nothing runs in the copy; this thread reads its memory. What is wrong is a failed read or a failed check, and then another way of capturing is taken.</remarks>
internal sealed class ForkCapture : IHeapCapture, IDisposable
{
    // Measured: 8 bytes an object in the list, 18 in the graph; with dominators and paths not more than this.
    private const int GraphBytesPerObject = 27;
    private const int AnalysisBytesPerObject = 60;
    private const int BytesPerObject = 50;
    private const long FloorBytes = 28L << 20;
    private const int OwnFrameBytes = 1024;
    private const int Passes = 2;
    private const double PauseSecondsPerByte = 0.04 / (1L << 30);
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(5);

    private readonly ForkCaptureSettings _settings;
    private readonly Lock _gate = new();
    private ForkStub? _stub;
    private RuntimeLayout? _layout;
    private FieldPlaces? _places;
    private Canary? _canary;
    private string? _unavailableBecause;
    private bool _isPrepared;
    private long _lastObjectCount;
    private long _lastHeapBytes;

    public ForkCapture(ForkCaptureSettings settings) => _settings = settings;

    public bool IsAvailable(out string? reason)
    {
        lock (_gate)
        {
            if (!_isPrepared)
            {
                _isPrepared = true;
                Prepare();
            }

            reason = _unavailableBecause;
            return reason is null;
        }
    }

    public string? FindObstacle()
    {
        // The watch looks a hundred times a second: a busy application can write more in between than a small memory group has left.
        long needed = Math.Max(GC.GetGCMemoryInfo(GCKind.Any).TotalCommittedBytes, GC.GetTotalMemory(false)) + Estimate().AnalysisBytes + FloorBytes;
        return _settings.ReadFreeBytes() is { } free && free < needed
            ? $"a copy of the process could take {ByteText.Of(needed)} of memory while it is read, and {ByteText.Of(free)} are left"
            : null;
    }

    public CaptureEstimate Estimate()
    {
        long heapBytes = GC.GetTotalMemory(false);
        long objects = _lastObjectCount > 0
            ? (long)(_lastObjectCount * Math.Max(1, (double)heapBytes / Math.Max(_lastHeapBytes, 1)))
            : CountSmallBytes(heapBytes) / BytesPerObject;

        // While the copy lives, half of the heap may be written by the application; the analysis begins when it is gone.
        long reading = (heapBytes / 2) + (objects * GraphBytesPerObject);
        long analysis = objects * AnalysisBytesPerObject;
        TimeSpan pause = ShortestPause + TimeSpan.FromSeconds(ReadResidentBytes() * PauseSecondsPerByte);
        return new CaptureEstimate(objects, pause, reading, analysis) { IsGuess = _lastObjectCount == 0 };
    }

    public CapturedHeap Capture(long maxBufferBytes, Stream? copyTo, CancellationToken cancellationToken)
    {
        if (!IsAvailable(out string? reason))
        {
            throw new CaptureEndedException(reason!);
        }

        cancellationToken.ThrowIfCancellationRequested();
        Reading reading = new(this);
        try
        {
            return reading.Run();
        }
        catch (Exception exception) when (exception is not (OutOfMemoryException or OperationCanceledException))
        {
            // A wrong guess about the layout can fail in any way, and another way of capturing may work.
            reading.Dispose();
            string because = reading.EndedBecause ?? exception.Message;
            throw new CaptureEndedException(because, exception);
        }
        catch
        {
            reading.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        _places?.Dispose();
        _canary?.Dispose();
    }

    // Whatever fails here fails as a read: this process is as before.
    private void Prepare()
    {
        _unavailableBecause = _settings.UnavailableBecause ?? RuntimeLayout.FindUnsupported();
        if (_unavailableBecause is not null)
        {
            return;
        }

        try
        {
            // A type's handle points at its description: a mapped address to try with.
            ulong probe = (ulong)typeof(object).TypeHandle.Value;
            ProcessMemory? memory = ProcessMemory.Open(Environment.ProcessId, probe, _settings.IsCallFiltered, out _unavailableBecause);
            if (memory is null)
            {
                return;
            }

            _places = new FieldPlaces(memory);
            using MemoryView view = MemoryView.OfRunning(memory);
            _layout = RuntimeLayout.Discover(view);
            _canary = new Canary();
            _stub = ForkStub.Create(out _unavailableBecause);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            _unavailableBecause = exception.Message;
        }
    }

    // Large and pinned objects have generations of their own: they weigh much and are few.
    private static long CountSmallBytes(long heapBytes)
    {
        ReadOnlySpan<GCGenerationInfo> generations = GC.GetGCMemoryInfo(GCKind.Any).GenerationInfo;
        long large = generations.Length > 4 ? generations[3].SizeAfterBytes + generations[4].SizeAfterBytes : 0;
        return Math.Max(heapBytes - large, 0);
    }

    private static long ReadResidentBytes()
    {
        string[] fields = File.ReadAllText("/proc/self/statm").Split(' ');
        return long.Parse(fields[1], CultureInfo.InvariantCulture) * Environment.SystemPageSize;
    }

    /// <summary>One capture: everything that is disposed together.</summary>
    private sealed class Reading(ForkCapture owner) : IDisposable
    {
        private FrozenChild? _child;
        private ChildGuard? _guard;

        public string? EndedBecause => _child?.EndedBecause;

        public unsafe CapturedHeap Run()
        {
            RuntimeLayout layout = owner._layout!;

            // Held from before the copy: no type of theirs can be unloaded while it is read.
            Assembly[] assemblies = AppDomain.CurrentDomain.GetAssemblies();
            Canary.Prepare();
            ulong here = 0;
            ulong ownStack = (ulong)&here - OwnFrameBytes;
            long start = Stopwatch.GetTimestamp();
            _child = FrozenChild.Create(owner._stub!, (ulong)typeof(object).TypeHandle.Value, owner._settings.IsCallFiltered);
            TimeSpan pause = Stopwatch.GetElapsedTime(start);
            _guard = new ChildGuard(_child, owner._settings.ReadFreeBytes, FloorBytes, owner._settings.Longest, TimeProvider.System);
            using MemoryView view = MemoryView.OfFrozen(_child.Memory);
            List<HeapRegion> regions = HeapRegions.Read(view, layout.Variables, RuntimeLayout.IsServer);
            _guard.ExpectedBytes = Passes * regions.Sum(static region => (long)(region.End - region.Start));
            List<RuntimeThread> threads = RuntimeThreads.Read(view, layout);
            ObjectTypes types = new(view, layout);
            (ObjectList objects, ulong gaps) = HeapScan.Run(_child.Memory, view, regions, types, threads);

            // The second pass skips what has no references: how much that is shows only as it goes.
            _guard.ExpectedBytes = 0;
            CapturedHeap? heap = null;
            try
            {
                owner.CheckMemory(objects);
                heap = ReadRoots(layout, view, regions, threads, types, objects, assemblies, ownStack);
                heap.Pause = pause;
                owner.Believe(owner._settings.IsCanaryLost ? "a list of objects" : owner._canary!.FindDifference(view, objects, types, heap, owner._places!), _child);
                owner.Remember(objects);
                return heap;
            }
            finally
            {
                if (heap is null)
                {
                    objects.Dispose();
                }
            }
        }

        public void Dispose()
        {
            _guard?.Dispose();
            _guard = null;
            _child?.Dispose();
        }

        private CapturedHeap ReadRoots(RuntimeLayout layout, MemoryView view, List<HeapRegion> regions, List<RuntimeThread> threads, ObjectTypes types, ObjectList objects, Assembly[] assemblies, ulong ownStack)
        {
            MemoryView runtime = owner._places!.View;
            LiveTypes live = new(runtime, layout, assemblies);
            HandleRoots handles = HandleRoots.Read(view, layout);
            StaticRoots statics = StaticRoots.Read(runtime, view, layout, live, threads, types, objects);
            List<ulong> words = StackRoots.ReadWords(_child!, threads, layout, view, ownStack, regions);
            List<HeapRoot> roots = handles.Roots;
            roots.AddRange(StackRoots.Resolve(words, objects));
            roots.AddRange(statics.ThreadArrays.Select(static array => new HeapRoot(array, HeapRootKind.Thread, IsPinned: false)));
            AddFrozen(regions, objects, roots);
            ForkedObjects source = new(objects, types, regions, _child!, this);
            return new CapturedHeap(source, source)
            {
                Roots = roots,
                Statics = statics.Statics,
                DependentPairs = handles.DependentPairs,
                Types = [.. types.Ids.Select((id, i) => Describe(live, id, types[i]))],
                FieldPlaces = owner._places,
                HasGarbage = true,
                CapturedBy = CapturedHeap.ByFork,
            };
        }

        private static HeapTypeRecord Describe(LiveTypes live, ulong id, in ObjectType layout) =>
            layout.IsFree ? new HeapTypeRecord(0, "unused room")
            : live.Find(id, layout.IsCollectible) is { } type ? new HeapTypeRecord(id, type.FullName) { Type = type }
            : new HeapTypeRecord(0, "unloaded type");

        // Literals and type objects that the runtime keeps for ever.
        private static void AddFrozen(List<HeapRegion> regions, ObjectList objects, List<HeapRoot> roots)
        {
            foreach (HeapRegion region in regions)
            {
                if (!region.IsFrozen)
                {
                    continue;
                }

                foreach (ObjectList.Run run in objects.Runs.Where(run => run.Start >= region.Start && run.End <= region.End))
                {
                    ulong address = run.Start;
                    for (int i = 0; i < run.Count; i++)
                    {
                        ObjectList.ObjectEntry entry = objects[run, i, address];
                        if (entry.Type >= 0)
                        {
                            roots.Add(new HeapRoot(address, HeapRootKind.Other, IsPinned: false));
                        }

                        address += entry.Units * 8UL;
                    }
                }
            }
        }
    }

    // Once it was wrong it is not asked again: the layout is not what this was written for.
    private void Believe(string? difference, FrozenChild child)
    {
        if (difference is null)
        {
            return;
        }

        if (child.EndedBecause is null)
        {
            lock (_gate)
            {
                _unavailableBecause = $"{difference} of the known graph was not found in the copy";
            }
        }

        throw new InvalidDataException($"{difference} of the known graph was not found in the copy");
    }

    // Now that they are counted it is known what the graph and its analysis take.
    private void CheckMemory(ObjectList objects)
    {
        long needed = (objects.NodeCount * AnalysisBytesPerObject) + FloorBytes;
        if (_settings.ReadFreeBytes() is { } free && free < needed)
        {
            Remember(objects);
            throw new InvalidDataException($"the analysis needs {ByteText.Of(needed)} of memory; {ByteText.Of(free)} are left");
        }
    }

    private void Remember(ObjectList objects)
    {
        _lastObjectCount = objects.NodeCount;
        _lastHeapBytes = objects.Bytes;
    }
}
