using System.Net.Sockets;
using MemGuard.Tool.Diagnostics;
using MemGuard.Tool.Tests.Support;

namespace MemGuard.Tool.Tests.Diagnostics;

/// <summary>Whoever listens at an endpoint, the tool fails with one sentence.</summary>
public sealed class DiagnosticsChannelTests : IDisposable
{
    private readonly Folder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Compose_ACommand_IsTheDocumentedHeader()
    {
        byte[] message = DiagnosticsChannel.Compose(7, [1, 2, 3]);

        Assert.Equal("DOTNET_IPC_V1\0"u8.ToArray(), message[..14]);
        Assert.Equal([23, 0, 4, 7, 0, 0, 1, 2, 3], message[14..]);
    }

    [Fact]
    public void Ask_NobodyThere_SaysSo() => Assert.Contains("does not answer", Assert.Throws<ToolException>(() => DiagnosticsChannel.Ask(_folder.Combine("none"))).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("")]
    [InlineData("HTTP/1.1 400 Bad Request\r\n\r\n")]
    [InlineData("DOTNET_IPC_V1\0\u0014\0\u00FF\0\0\0")]
    public async Task Ask_AStranger_SaysSo(string answer)
    {
        string path = _folder.Combine("s");
        using Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen();
        Task answering = Task.Run(async () =>
        {
            using Socket client = await listener.AcceptAsync();
            await client.SendAsync(answer.Select(static letter => (byte)letter).ToArray());
            client.Shutdown(SocketShutdown.Send);
        });

        Assert.Throws<ToolException>(() => DiagnosticsChannel.Ask(path));
        await answering;
    }
}
