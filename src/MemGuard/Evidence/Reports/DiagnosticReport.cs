using System.Text;

namespace MemGuard.Evidence;

/// <summary>All that MemGuard knows about the memory of this process at one moment: figures, limits, problems, suspects, settings.</summary>
/// <remarks>
/// <para>Immutable. At most 192 KB. The format is described in docs/report-schema.md, and by the JSON Schema file beside it.</para>
/// <para>It holds no values of the application: of the environment only settings of the garbage collector, of the JIT and of the C library's
/// allocator that are numbers; no arguments, paths, host names, addresses or exception messages.</para>
/// </remarks>
public sealed record DiagnosticReport
{
    /// <summary>Version of the format.</summary>
    public const int SchemaVersion = 1;

    /// <summary>Why it was written.</summary>
    public required ReportCause Cause { get; init; }

    /// <summary>When it was written, UTC.</summary>
    public required DateTimeOffset WrittenAt { get; init; }

    /// <summary>The report as UTF-8 JSON.</summary>
    public required ReadOnlyMemory<byte> Utf8Json { get; init; }

    /// <summary>Sections that were left out or cut, by name: they did not fit, or could not be read.</summary>
    public IReadOnlyList<string> Truncated { get; init; } = [];

    /// <summary>The report as JSON.</summary>
    public string ToJson() => Encoding.UTF8.GetString(Utf8Json.Span);

    /// <summary>The report for people: the same figures with their units, the most important first.</summary>
    public string ToText() => ReportText.Of(Utf8Json);

    /// <summary>As <see cref="ToText"/>.</summary>
    public override string ToString() => ToText();
}
