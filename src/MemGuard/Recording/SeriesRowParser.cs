using MemGuard.Sampling;

namespace MemGuard.Recording;

/// <summary>Knows the header of one series and turns its lines into samples.</summary>
internal sealed class SeriesRowParser
{
    private const int MaxQuotedChars = 40;

    private readonly string _name;

    // By position in the line; null where the column is unknown and skipped.
    private readonly SeriesColumn?[] _columns;

    // As the live sampler does it: rows between two page scans continue from the last one.
    private readonly UnmanagedCalibration _unmanaged = new();
    private TimeSpan _previous;

    public SeriesRowParser(string name, ReadOnlySpan<char> header, int number)
    {
        _name = name;

        // A stream reader removes the byte order mark; text that was decoded elsewhere may still carry it.
        header = header.TrimStart('\uFEFF');
        List<SeriesColumn?> columns = [];
        foreach (Range range in header.Split(','))
        {
            columns.Add(FindColumn(header[range].Trim(), columns, number));
        }

        if (!columns.Exists(static column => column?.Name == SeriesFormat.RequiredColumn))
        {
            throw new SeriesFormatException(name, number, SeriesFormat.RequiredColumn, $"the header lacks this column; the first line is '{Quote(header)}'");
        }

        _columns = [.. columns];
    }

    public MemorySample Parse(ReadOnlySpan<char> line, int number)
    {
        int fields = line.Count(',') + 1;
        if (fields != _columns.Length)
        {
            throw new SeriesFormatException(_name, number, null, $"{fields} fields where the header has {_columns.Length}: '{Quote(line)}'");
        }

        MemorySample sample = default;
        int position = 0;
        foreach (Range range in line.Split(','))
        {
            if (_columns[position++] is SeriesColumn column)
            {
                ParseField(column, line[range].Trim(), number, ref sample);
            }
        }

        if (sample.Elapsed < _previous)
        {
            throw new SeriesFormatException(_name, number, SeriesFormat.RequiredColumn, $"rows are out of order: {sample.Elapsed.TotalSeconds} s comes after {_previous.TotalSeconds} s");
        }

        _previous = sample.Elapsed;
        return sample with { UnmanagedBytes = _unmanaged.Apply(sample) };
    }

    private void ParseField(SeriesColumn column, ReadOnlySpan<char> field, int number, ref MemorySample sample)
    {
        string? problem = null;
        if (!field.IsEmpty)
        {
            problem = column.Parse(field, ref sample);
        }
        else if (column.Name == SeriesFormat.RequiredColumn)
        {
            problem = "is required";
        }

        if (problem is not null)
        {
            throw new SeriesFormatException(_name, number, column.Name, $"'{Quote(field)}' {problem}");
        }
    }

    private SeriesColumn? FindColumn(ReadOnlySpan<char> name, List<SeriesColumn?> before, int number)
    {
        foreach (SeriesColumn column in SeriesFormat.Columns)
        {
            if (!name.SequenceEqual(column.Name))
            {
                continue;
            }

            return before.Contains(column)
                ? throw new SeriesFormatException(_name, number, column.Name, "the header has this column twice")
                : column;
        }

        return null;
    }

    // Garbage may be long and may hold anything: keep the message short and printable.
    private static string Quote(ReadOnlySpan<char> text)
    {
        Span<char> quoted = stackalloc char[int.Min(text.Length, MaxQuotedChars)];
        for (int i = 0; i < quoted.Length; i++)
        {
            quoted[i] = char.IsControl(text[i]) || char.IsSurrogate(text[i]) ? '?' : text[i];
        }

        return text.Length > quoted.Length ? $"{quoted}…" : quoted.ToString();
    }
}
