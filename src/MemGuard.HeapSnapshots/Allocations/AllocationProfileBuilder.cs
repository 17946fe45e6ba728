namespace MemGuard.HeapSnapshots.Allocations;

/// <summary>Adds samples up: by stack, by type, by method.</summary>
internal static class AllocationProfileBuilder
{
    private const int MaxListed = 100;

    /// <summary>Two standard errors.</summary>
    private const double Margins = 2;

    public static AllocationProfile Build(AllocationEvents events, AllocatedTypes types, TimeSpan duration)
    {
        IReadOnlyDictionary<ulong, string> names = types.Name([.. events.Samples.Select(static sample => sample.Type).Distinct()], events.TypeNameOf);
        IEnumerable<SampledStack> samples = events.Samples.Select(sample => new SampledStack(
            names[sample.Type],
            [.. sample.Stack.Select(events.Methods.Find).OfType<MethodFrame>()],
            sample.Bytes,
            1));
        return Build(samples, duration, events.Lost);
    }

    /// <param name="samples">One each.</param>
    /// <param name="duration">How long was measured.</param>
    /// <param name="lostEvents">Events that did not come.</param>
    public static AllocationProfile Build(IEnumerable<SampledStack> samples, TimeSpan duration, long lostEvents)
    {
        SampledStack[] stacks = [.. samples
            .Where(static sample => !sample.Frames.Any(static frame => frame.IsOwnThread))
            .GroupBy(static sample => (sample.Type, string.Join('\n', sample.Frames.Select(static frame => frame.FullName))))
            .Select(static same => same.First() with { Bytes = same.Sum(static one => one.Bytes), SampleCount = same.Sum(static one => one.SampleCount) })
            .OrderByDescending(static stack => stack.Bytes)];
        double total = stacks.Sum(static stack => stack.Bytes);
        return new AllocationProfile(duration, stacks, ListTypes(stacks, total), ListMethods(stacks, total), lostEvents);
    }

    private static AllocatedType[] ListTypes(SampledStack[] stacks, double total) =>
        [.. stacks.GroupBy(static stack => stack.Type).Select(of =>
        {
            double bytes = of.Sum(static stack => stack.Bytes);
            int count = of.Sum(static stack => stack.SampleCount);
            MethodFrame? top = Largest(of, static stack => stack.Owner);
            return new AllocatedType(of.Key, (long)bytes, bytes / total, Margin(bytes / total, count), count, top?.FullName);
        }).OrderByDescending(static type => type.EstimatedBytes).ThenBy(static type => type.Name, StringComparer.Ordinal).Take(MaxListed)];

    private static AllocatingMethod[] ListMethods(SampledStack[] stacks, double total) =>
        [.. stacks.Where(static stack => stack.Owner is not null).GroupBy(static stack => stack.Owner!).Select(of =>
        {
            double bytes = of.Sum(static stack => stack.Bytes);
            int count = of.Sum(static stack => stack.SampleCount);
            MethodFrame? leaf = Largest(of, static stack => stack.Frames[0]);
            return new AllocatingMethod(of.Key.FullName, leaf == of.Key ? null : leaf?.FullName, (long)bytes, bytes / total, Margin(bytes / total, count), count);
        }).OrderByDescending(static method => method.EstimatedBytes).ThenBy(static method => method.Name, StringComparer.Ordinal).Take(MaxListed)];

    private static MethodFrame? Largest(IEnumerable<SampledStack> stacks, Func<SampledStack, MethodFrame?> key) =>
        stacks.GroupBy(key).MaxBy(static of => of.Sum(static stack => stack.Bytes))?.Key;

    private static double Margin(double share, int count) => Margins / Math.Sqrt(count) * share;
}
