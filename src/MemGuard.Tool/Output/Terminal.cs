namespace MemGuard.Tool.Output;

/// <summary>Where the tool speaks: results on the standard output, everything else on the error output with a prefix, so that a child's output stays its own.</summary>
/// <remarks>Thread-safe: one line at a time.</remarks>
internal sealed class Terminal(TextWriter output, TextWriter error, bool isColoured)
{
    private const string Dim = "\e[2m";
    private const string Yellow = "\e[33m";
    private const string Green = "\e[32m";
    private const string Red = "\e[31m";
    private const string Reset = "\e[0m";

    private readonly Lock _gate = new();

    /// <summary>The process's own; coloured only where somebody looks at it and has not said NO_COLOR.</summary>
    public static Terminal Default { get; } = new(
        Console.Out,
        Console.Error,
        !Console.IsErrorRedirected && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")) && Environment.GetEnvironmentVariable("TERM") != "dumb");

    public TextWriter Out => output;

    public void Note(string text) => Say(text, Dim);

    public void Good(string text) => Say(text, Green);

    public void Warn(string text) => Say(text, Yellow);

    public void Fail(string text) => Say(text, Red);

    private void Say(string text, string colour)
    {
        lock (_gate)
        {
            try
            {
                error.WriteLine(isColoured ? $"{colour}memguard ▸{Reset} {VisibleText.Of(text)}" : $"memguard ▸ {VisibleText.Of(text)}");
            }
            catch (IOException)
            {
                // Nobody reads any more: what is being done goes on.
            }
        }
    }
}
