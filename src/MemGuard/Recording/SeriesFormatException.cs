namespace MemGuard.Recording;

/// <summary>A recorded series cannot be read. The message names the file, the line and the column.</summary>
public sealed class SeriesFormatException : FormatException
{
    /// <summary>Creates an exception without a line.</summary>
    public SeriesFormatException()
        : this("The series cannot be read.")
    {
    }

    /// <summary>Creates an exception without a line.</summary>
    /// <param name="message">What is wrong.</param>
    public SeriesFormatException(string message)
        : base(message)
    {
    }

    /// <summary>Creates an exception without a line.</summary>
    /// <param name="message">What is wrong.</param>
    /// <param name="innerException">The cause.</param>
    public SeriesFormatException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    internal SeriesFormatException(string source, int line, string? column, string problem)
        : base(column is null ? $"{source}, line {line}: {problem}." : $"{source}, line {line}, column {column}: {problem}.")
    {
        SeriesName = source;
        Line = line;
        Column = column;
    }

    /// <summary>The file, or the name given to the reader.</summary>
    public string? SeriesName { get; }

    /// <summary>The line, counted from 1, which is the header; 0 when it is not about one line.</summary>
    public int Line { get; }

    /// <summary>The name of the column; null when the whole line is at fault.</summary>
    public string? Column { get; }
}
