using System.Text.Json;

namespace MemGuard.Evidence;

/// <summary>Puts a report together in memory that was taken ahead: it allocates nothing, so that a process without memory can write one.</summary>
/// <remarks>
/// For one caller at a time. The sections come in the order of their worth; one that does not fit is left out and named in <c>truncated</c>. Each is
/// made by itself first: one that fails leaves the others whole.
/// </remarks>
internal sealed class ReportComposer : IDisposable
{
    /// <summary>The longest report.</summary>
    public const int MaxBytes = 192 * 1024;

    private const int MaxSectionBytes = 64 * 1024;

    /// <summary>What is kept for the end: the names of all sections, should none fit.</summary>
    private const int EndBytes = 512;

    private readonly ReportBuffer _whole = new(MaxBytes);
    private readonly ReportBuffer _section = new(MaxSectionBytes);
    private readonly Utf8JsonWriter _json;
    private readonly List<string> _truncated = new(capacity: 32);

    public ReportComposer() => _json = new Utf8JsonWriter(_section, new JsonWriterOptions { SkipValidation = true });

    private delegate void Section(Utf8JsonWriter json, ReportFacts facts);

    // Sections that may be cut, and say so.
    private delegate bool LongSection(Utf8JsonWriter json, ReportFacts facts, int freeBytes);

    private static (string Name, Section Write)[] Sections { get; } =
    [
        ("application", ReportSections.Application),
        ("problem", ReportSections.Problem),
        ("suspects", ReportSections.Suspects),
        ("memory", ReportSections.Memory),
        ("limits", ReportSections.Limits),
        ("ledger", ReportSections.Ledger),
        ("garbageCollector", ReportInventorySections.GarbageCollector),
        ("alerts", ReportSections.Alerts),
        ("previousRun", ReportSections.PreviousRun),
        ("threads", ReportInventorySections.Threads),
        ("runtime", ReportInventorySections.Runtime),
        ("self", ReportInventorySections.Self),
        ("configuration", ReportInventorySections.Configuration),
    ];

    private static (string Name, LongSection Write)[] LongSections { get; } =
    [
        ("structures", ReportInventorySections.Structures),
        ("history", ReportInventorySections.History),
        ("assemblies", ReportInventorySections.Assemblies),
    ];

    /// <summary>Sections of the last report that were left out or cut.</summary>
    public IReadOnlyList<string> Truncated => _truncated;

    /// <returns>The report; good until the next one is composed.</returns>
    public ReadOnlySpan<byte> Compose(ReportFacts facts, ReportCause cause, DateTimeOffset now, ReportedException? exception = null)
    {
        _truncated.Clear();
        _whole.Clear();
        _whole.Add("{\n"u8);
        BeginSection();
        Head(_json, cause, now);
        Append("head"u8, isHead: true);
        BeginSection();
        ReportSections.Exception(_json, exception);
        Append("exception"u8);
        foreach ((string name, Section write) in Sections)
        {
            Add(name, facts, write);
        }

        foreach ((string name, LongSection write) in LongSections)
        {
            AddLong(name, facts, write);
        }

        End();
        return _whole.Written;
    }

    public void Dispose() => _json.Dispose();

    private static void Head(Utf8JsonWriter json, ReportCause cause, DateTimeOffset now)
    {
        json.WriteStartObject();
        json.WriteNumber("schema"u8, DiagnosticReport.SchemaVersion);
        json.WriteString("cause"u8, cause switch
        {
            ReportCause.Confirmed => "confirmed"u8,
            ReportCause.UnhandledException => "unhandledException"u8,
            ReportCause.OutOfMemory => "outOfMemory"u8,
            _ => "requested"u8,
        });
        json.Write("writtenAt"u8, (DateTimeOffset?)now);
        json.WriteEndObject();
    }

    private void Add(string name, ReportFacts facts, Section write)
    {
        BeginSection();
        try
        {
            write(_json, facts);
        }
        catch (Exception)
        {
            // Full, or a figure could not be read.
            _truncated.Add(name);
            return;
        }

        Append(name);
    }

    private void AddLong(string name, ReportFacts facts, LongSection write)
    {
        BeginSection();
        int free = Math.Min(MaxSectionBytes, _whole.FreeBytes - EndBytes) - EndBytes;
        bool isWhole;
        try
        {
            isWhole = write(_json, facts, free);
        }
        catch (Exception)
        {
            isWhole = false;
            BeginSection();
            _json.WriteNullValue();
        }

        Append(name);
        if (!isWhole && !_truncated.Contains(name))
        {
            _truncated.Add(name);
        }
    }

    private void BeginSection()
    {
        _section.Clear();
        _json.Reset();
    }

    private void Append(string name)
    {
        Span<byte> utf8 = stackalloc byte[64];
        int length = System.Text.Encoding.UTF8.GetBytes(name, utf8);
        if (!Append(utf8[..length]))
        {
            _truncated.Add(name);
        }
    }

    private bool Append(ReadOnlySpan<byte> name, bool isHead = false)
    {
        const int punctuation = 6;
        _json.Flush();
        ReadOnlySpan<byte> section = _section.Written;
        if (section.Length + name.Length + punctuation + EndBytes > _whole.FreeBytes)
        {
            return false;
        }

        if (isHead)
        {
            // Its members are those of the report itself.
            _whole.Add(section[1..^1]);
            return true;
        }

        _whole.Add(",\n\""u8);
        _whole.Add(name);
        _whole.Add("\":"u8);
        _whole.Add(section);
        return true;
    }

    private void End()
    {
        BeginSection();
        _json.WriteStartArray();
        for (int i = 0; i < _truncated.Count; i++)
        {
            _json.WriteStringValue(_truncated[i]);
        }

        _json.WriteEndArray();
        _json.Flush();
        _whole.Add(",\n\"truncated\":"u8);
        _whole.Add(_section.Written);
        _whole.Add("\n}\n"u8);
    }
}
