using System.Globalization;
using System.Runtime.CompilerServices;

namespace MemGuard.HeapSnapshots.Capture;

/// <summary>The objects that words on the threads' stacks point into. A word may be stale: these roots may keep too much alive, never too little.</summary>
internal static class StackRoots
{
    private const ulong LargestStackBytes = 64UL << 20;
    private const int ChunkWords = 8192;
    private const ulong InlinedCallFrame = 1;

    /// <summary>Reads the stacks of the frozen copy.</summary>
    /// <param name="child">The copy.</param>
    /// <param name="threads">Its threads.</param>
    /// <param name="layout">The runtime's layout.</param>
    /// <param name="view">The copy's memory.</param>
    /// <param name="ownStack">An address on the stack of the thread that made the copy.</param>
    /// <param name="regions">The heap.</param>
    /// <returns>Words that point into the heap, sorted, each once.</returns>
    public static List<ulong> ReadWords(FrozenChild child, IReadOnlyList<RuntimeThread> threads, RuntimeLayout layout, MemoryView view, ulong ownStack, IReadOnlyList<HeapRegion> regions)
    {
        List<(ulong Start, ulong End)> mappings = ReadMappings(child.ProcessId);
        HashSet<ulong> words = [];
        (ulong Start, ulong End)? own = FindMapping(mappings, ownStack);
        int? bounds = own is { } mapping ? RuntimeThreads.FindStackBounds(view, threads, LinuxCalls.ThreadId, ownStack, mapping) : null;
        foreach (RuntimeThread thread in threads)
        {
            (ulong Start, ulong End)? found = thread.SystemId == LinuxCalls.ThreadId && own is { } mine ? (ownStack & ~7UL, mine.End) : FindStack(thread, layout, view, bounds, mappings);
            if (found is { } stack)
            {
                ReadStack(child.Memory, stack.Start, stack.End, regions, words);
            }
        }

        return [.. words.Order()];
    }

    /// <param name="words">Sorted words that point into the heap.</param>
    /// <param name="objects">The heap's objects.</param>
    /// <returns>Where the objects begin that they point into.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static List<HeapRoot> Resolve(IReadOnlyList<ulong> words, ObjectList objects)
    {
        List<HeapRoot> roots = [];
        ulong last = 0;
        int next = 0;
        foreach (ObjectList.Run run in objects.Runs)
        {
            while (next < words.Count && words[next] < run.Start)
            {
                next++;
            }

            ulong start = run.Start;
            for (int i = 0; i < run.Count && next < words.Count && words[next] < run.End; i++)
            {
                ObjectList.ObjectEntry entry = objects[run, i, start];
                ulong end = start + (entry.Units * 8UL);
                for (; next < words.Count && words[next] < end; next++)
                {
                    if (entry.Type >= 0 && start != last)
                    {
                        roots.Add(new HeapRoot(start, HeapRootKind.Stack, IsPinned: false));
                        last = start;
                    }
                }

                start = end;
            }
        }

        return roots;
    }

    // The frame of a thread outside managed code says how deep its stack is; of one inside, all of the stack is read.
    private static (ulong Start, ulong End)? FindStack(RuntimeThread thread, RuntimeLayout layout, MemoryView view, int? bounds, List<(ulong Start, ulong End)> mappings)
    {
        bool hasFrame = thread.Frame is not 0 and not ulong.MaxValue;
        if (thread.SystemId is 0 or -1 || (!hasFrame && !thread.IsRunningManaged))
        {
            return null;
        }

        ulong upper = bounds is { } offset && view.TryReadUInt64(thread.Description + (ulong)offset, out ulong read) ? read - 8 : 0;
        return FindMapping(mappings, hasFrame ? thread.Frame : upper) is { } stack && stack.End - stack.Start <= LargestStackBytes
            ? (thread.IsRunningManaged ? stack.Start : FindTop(thread.Frame, layout, view), stack.End)
            : null;
    }

    // A call out of managed code says where its caller's part begins, which may lie below the frame.
    private static ulong FindTop(ulong frame, RuntimeLayout layout, MemoryView view)
    {
        ContractDescriptor contract = layout.Contract;
        if (view.TryReadUInt64(frame, out ulong kind) && kind == InlinedCallFrame
            && view.TryReadUInt64(frame + (ulong)contract.OffsetOf("InlinedCallFrame", "CallerReturnAddress"), out ulong caller) && caller != 0
            && view.TryReadUInt64(frame + (ulong)contract.OffsetOf("InlinedCallFrame", "CallSiteSP"), out ulong top) && top != 0)
        {
            return Math.Min(top, frame) & ~7UL;
        }

        return frame & ~7UL;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static unsafe void ReadStack(ProcessMemory memory, ulong start, ulong end, IReadOnlyList<HeapRegion> regions, HashSet<ulong> words)
    {
        ulong lowest = regions[0].Start;
        ulong highest = regions[^1].End;
        ulong* chunk = stackalloc ulong[ChunkWords];
        for (ulong at = start; at < end;)
        {
            long read = memory.Read(at, (byte*)chunk, (long)Math.Min(end - at, ChunkWords * 8));
            for (int i = 0; i < read / 8; i++)
            {
                if (chunk[i] >= lowest && chunk[i] < highest && IsInside(regions, chunk[i]))
                {
                    words.Add(chunk[i]);
                }
            }

            // A guard page, or what the main thread's stack has not grown to: go on behind it.
            at = read > 0 ? at + ((ulong)read & ~7UL) : (at + 4096) & ~4095UL;
        }
    }

    private static bool IsInside(IReadOnlyList<HeapRegion> regions, ulong word)
    {
        int low = 0;
        int high = regions.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (regions[middle].Start <= word)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low > 0 && word < regions[low - 1].End;
    }

    private static (ulong Start, ulong End)? FindMapping(List<(ulong Start, ulong End)> mappings, ulong address)
    {
        int found = mappings.FindIndex(mapping => address >= mapping.Start && address < mapping.End);
        return found < 0 ? null : mappings[found];
    }

    private static List<(ulong Start, ulong End)> ReadMappings(int process)
    {
        List<(ulong, ulong)> mappings = [];
        foreach (string line in File.ReadLines(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/maps")))
        {
            int dash = line.IndexOf('-', StringComparison.Ordinal);
            int space = line.IndexOf(' ', StringComparison.Ordinal);
            if (line.AsSpan(space + 1).StartsWith("rw", StringComparison.Ordinal))
            {
                mappings.Add((ulong.Parse(line.AsSpan(0, dash), NumberStyles.HexNumber, CultureInfo.InvariantCulture), ulong.Parse(line.AsSpan(dash + 1, space - dash - 1), NumberStyles.HexNumber, CultureInfo.InvariantCulture)));
            }
        }

        return mappings;
    }
}
