using MemGuard.Sampling;

namespace MemGuard.Recording;

/// <summary>Reads a recorded series: a CSV file with one sample a line.</summary>
/// <remarks>
/// <para>The first line names the columns, in any order. Only <c>elapsed_s</c> is required, unknown columns are skipped, and an empty field is an unknown value.</para>
/// <para>Rows must be in time order; gaps and uneven intervals are fine. Reading is lazy: the rows before a bad line are delivered.</para>
/// </remarks>
public static class SeriesReader
{
    /// <summary>Reads a file.</summary>
    /// <param name="path">The CSV file, UTF-8.</param>
    /// <returns>The samples in file order, read while they are enumerated; every enumeration opens the file anew.</returns>
    /// <exception cref="SeriesFormatException">While enumerating: the file is not a series; it says where.</exception>
    /// <exception cref="IOException">While enumerating: the file cannot be read.</exception>
    public static IEnumerable<MemorySample> Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return ReadFile(path);
    }

    /// <summary>Reads from a reader, once.</summary>
    /// <param name="reader">The text. The caller disposes it.</param>
    /// <param name="name">What error messages call it.</param>
    /// <returns>The samples in order, read while they are enumerated.</returns>
    /// <exception cref="SeriesFormatException">While enumerating: the text is not a series; it says where.</exception>
    public static IEnumerable<MemorySample> Read(TextReader reader, string name)
    {
        ArgumentNullException.ThrowIfNull(reader);
        ArgumentException.ThrowIfNullOrEmpty(name);
        return ReadRows(reader, name);
    }

    private static IEnumerable<MemorySample> ReadFile(string path)
    {
        using StreamReader reader = new(path);
        foreach (MemorySample sample in ReadRows(reader, path))
        {
            yield return sample;
        }
    }

    private static IEnumerable<MemorySample> ReadRows(TextReader reader, string name)
    {
        SeriesLineReader lines = new(reader, name);
        if (!lines.MoveNext())
        {
            throw new SeriesFormatException(name, 1, null, "the header is missing: the file is empty");
        }

        SeriesRowParser parser = new(name, lines.Current, lines.Number);
        while (lines.MoveNext())
        {
            yield return parser.Parse(lines.Current, lines.Number);
        }
    }
}
