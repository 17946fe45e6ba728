using MemGuard.Containers;

namespace MemGuard.Limits;

/// <summary>Compares the limits with what the process needs and with how the garbage collector is configured. Pure.</summary>
internal static class MemoryLimitAdvisor
{
    private static readonly Func<LimitFacts, MemoryLimitFinding?>[] Rules =
    [
        HeapLimitRules.AboveContainer,
        HeapLimitRules.UnmanagedShare,
        HeapLimitRules.NearlyFull,
        HeapLimitRules.NotSeen,
        SpellingRules.Hexadecimal,
        SpellingRules.Case,
        GCSettingRules.ServerInSmallContainer,
        GCSettingRules.StaleView,
        GCSettingRules.Fragmentation,
        GCSettingRules.HighMemoryPercent,
        ContainerRules.TooSmall,
        ContainerRules.NoLimit,
        ContainerRules.PageCache,
        ContainerRules.AllocatorRetention,
        ContainerRules.Swap,
        ContainerRules.NearMiss,
        ContainerRules.Throttled,
        ContainerRules.EarlierKill,
    ];

    /// <summary>The advice; a finding appears only when every value on which it rests is known.</summary>
    public static MemoryLimitAdvice Advise(LimitFacts facts) => new()
    {
        MemoryLimitBytes = facts.MemoryLimitBytes,
        IsMemoryLimitKnown = facts.MemoryLimitBytes is not null || !facts.Container.HasUnreadableLimit,
        HeapLimitBytes = facts.HeapLimitBytes,
        HeapLimitOrigin = facts.Host.GC.Origin,
        Findings =
        [
            .. WithOneNumberForEachSetting(FindByGravity(facts)),
        ],
    };

    /// <summary>The gravest first, of equal ones in the order of the rules.</summary>
    private static List<MemoryLimitFinding> FindByGravity(LimitFacts facts)
    {
        List<MemoryLimitFinding> findings = [];
        foreach (Func<LimitFacts, MemoryLimitFinding?> rule in Rules)
        {
            if (rule(facts) is { } finding)
            {
                findings.Insert(findings.FindLastIndex(other => other.Severity >= finding.Severity) + 1, finding);
            }
        }

        return findings;
    }

    /// <summary>The graver finding's number is the one to type: what a misread number was meant to be would contradict it.</summary>
    private static IEnumerable<MemoryLimitFinding> WithOneNumberForEachSetting(IEnumerable<MemoryLimitFinding> findings)
    {
        HashSet<string> told = new(StringComparer.OrdinalIgnoreCase);
        foreach (MemoryLimitFinding finding in findings)
        {
            bool isNew = NameIn(finding.Setting) is not { } name || told.Add(name);
            yield return isNew || finding.Rule != SpellingRules.HexadecimalRule ? finding : finding with { Setting = "Write its number in hexadecimal, as above" };
        }
    }

    /// <summary>The variable that a sentence sets, without its prefix.</summary>
    private static string? NameIn(string setting) =>
        setting.IndexOf('=', StringComparison.Ordinal) is >= 0 and int end ? setting[(setting.LastIndexOf('_', end) + 1)..end] : null;
}
