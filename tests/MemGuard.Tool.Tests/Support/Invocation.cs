using MemGuard.Tool.Output;

namespace MemGuard.Tool.Tests.Support;

/// <summary>The tool, called in this process with outputs of its own.</summary>
internal sealed class Invocation : IDisposable
{
    private readonly StringWriter _output = new();
    private readonly StringWriter _error = new();

    public int Code { get; private set; }

    public string Output => _output.ToString();

    public string Error => _error.ToString();

    public static async Task<Invocation> RunAsync(params string[] args)
    {
        Invocation invocation = new();
        invocation.Code = await ToolCommands.InvokeAsync(args, new Terminal(TextWriter.Synchronized(invocation._output), TextWriter.Synchronized(invocation._error), isColoured: false));
        return invocation;
    }

    public void Dispose()
    {
        _output.Dispose();
        _error.Dispose();
    }
}
