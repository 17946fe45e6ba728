using System.Runtime.CompilerServices;
using MemGuard.Containers;
using MemGuard.Sampling;
using Microsoft.Extensions.Logging;

namespace MemGuard.Limits;

/// <summary>
/// Keeps the advice about limits up to date and logs it: once at the start, then when a limit changes or a finding comes that was not
/// there in the last hour.
/// </summary>
/// <remarks><see cref="Advice"/> is safe to read from any thread; the rest belongs to the thread that takes the samples.</remarks>
internal sealed class LimitAdviceWatch(HostFacts host, ILogger logger, HelpLinks links)
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Memory = TimeSpan.FromHours(1);
    private const int RememberedRows = 120;

    // The last hour's unmanaged bytes, one for each row of the ledger; a ring.
    private readonly long[] _unmanaged = new long[RememberedRows];
    private readonly Dictionary<string, TimeSpan> _saidAt = new(StringComparer.Ordinal);
    private volatile MemoryLimitAdvice _advice = MemoryLimitAdvice.None;
    private int _unmanagedCount;
    private TimeSpan? _lastRow;
    private TimeSpan? _advisedAt;
    private long? _limitHits;
    private long? _highCount;
    private long? _limit;
    private (long? Memory, long? Heap) _saidLimits;

    /// <summary>The advice as of the last half minute.</summary>
    public MemoryLimitAdvice Advice => _advice;

    /// <summary>Takes note of a sample; makes new advice every half minute, and at once when the limit changes.</summary>
    /// <param name="sample">The sample.</param>
    /// <param name="container">The container as last read.</param>
    /// <param name="highLoadBytes">The load above which the garbage collector becomes aggressive, as of the last collection; 0 before the first.</param>
    [MethodImpl(EverySample.Compiled)]
    public void Update(in MemorySample sample, ContainerDetails? container, long highLoadBytes)
    {
        Remember(sample.Ledger);
        bool isChanged = sample.MemoryLimitBytes != _limit;
        if (_advisedAt is not TimeSpan last || sample.Elapsed - last >= Period || isChanged)
        {
            Advise(sample, container, highLoadBytes);
        }
    }

    // Twice a minute: a call of its own, or the compiler takes memory for it with every sample's method.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Advise(in MemorySample sample, ContainerDetails? container, long highLoadBytes)
    {
        bool isFirst = _advisedAt is null;
        _advisedAt = sample.Elapsed;
        _limit = sample.MemoryLimitBytes;
        MemoryLimitAdvice advice = MemoryLimitAdvisor.Advise(new LimitFacts
        {
            Host = host,
            Container = container ?? ContainerDetails.None,
            MemoryLimitBytes = HardLimit(sample.MemoryLimitBytes, container),
            HeapLimitBytes = sample.HeapLimitBytes,
            GCViewBytes = highLoadBytes > 0 ? highLoadBytes * 100 / host.GC.HighMemoryPercent : null,
            UnmanagedBytes = HighUnmanaged(),
            LiveBytes = sample.Gen2LiveBytes,
            FragmentedBytes = sample.Gen2FragmentedBytes,
            NativeFreeBytes = sample.NativeFreeBytes,
            IsJemalloc = AllocatorLibrary.IsJemalloc,
            NewLimitHits = container?.LimitHitCount - _limitHits,
            NewHighCount = container?.HighCount - _highCount,
        });
        _highCount = container?.HighCount;
        _limitHits = container?.LimitHitCount;
        _advice = advice;
        Say(advice, sample.Elapsed, isFirst);
    }

    // What ends the process is judged here. A limit that only slows it down has a rule of its own.
    private static long? HardLimit(long? nearest, ContainerDetails? container) =>
        container is not null && nearest == container.HighBytes && nearest == container.NearestLimitBytes ? container.LimitBytes : nearest;

    private void Remember(MemoryLedger? ledger)
    {
        if (ledger is null || ledger.Elapsed == _lastRow || ledger.UnmanagedBytes is not long bytes)
        {
            return;
        }

        _lastRow = ledger.Elapsed;
        _unmanaged[_unmanagedCount % RememberedRows] = bytes;
        _unmanagedCount++;
    }

    /// <summary>The level that one row in twenty exceeds.</summary>
    private long? HighUnmanaged()
    {
        int count = Math.Min(_unmanagedCount, RememberedRows);
        if (count == 0)
        {
            return null;
        }

        long[] sorted = _unmanaged[..count];
        Array.Sort(sorted);
        return sorted[Math.Min(count - 1, count * 95 / 100)];
    }

    private void Say(MemoryLimitAdvice advice, TimeSpan elapsed, bool isFirst)
    {
        bool isNews = isFirst || _saidLimits != (advice.MemoryLimitBytes, advice.HeapLimitBytes);
        foreach (MemoryLimitFinding finding in advice.Findings)
        {
            isNews |= finding.Severity > MemoryAdviceSeverity.Note
                && (!_saidAt.TryGetValue(finding.Rule, out TimeSpan saidAt) || elapsed - saidAt > Memory);
            _saidAt[finding.Rule] = elapsed;
        }

        if (isNews)
        {
            _saidLimits = (advice.MemoryLimitBytes, advice.HeapLimitBytes);
            Write(advice);
        }
    }

    private void Write(MemoryLimitAdvice advice)
    {
        DetailedLogger detailed = new(
            logger,
            DetailedLogger.Detail("Findings", string.Join(',', advice.Findings.Select(static finding => finding.Rule))),
            DetailedLogger.Detail("MemoryLimitBytes", advice.MemoryLimitBytes),
            DetailedLogger.Detail("HeapLimitBytes", advice.HeapLimitBytes));
        if (advice.Verdict >= MemoryAdviceSeverity.Warning)
        {
            // The first finding decides the link: its heading in the page is its name.
            Log.LimitAdvice(detailed, advice, links.To("containers.md#" + advice.Findings[0].Rule));
        }
        else
        {
            Log.Limits(detailed, advice);
        }
    }
}
