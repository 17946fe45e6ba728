using MemGuard.Analyzers.Tests.Support;

namespace MemGuard.Analyzers.Tests.Requests;

public sealed class FlushAnalyzerTests
{
    [Fact]
    public async Task Flush_NotAwaited_IsReported() => await Analysis.CheckAsync(
        """
        public static class Writers
        {
            public static void Fill(PipeWriter writer)
            {
                writer.FlushAsync(); // MG0005
                _ = writer.WriteAsync(new byte[1]); // MG0005
            }
            public static async Task FillAsync(HttpResponse response)
            {
                await Task.Yield();
                _ = response.BodyWriter.FlushAsync(); // MG0005
            }
        }
        """);

    [Fact]
    public async Task Flush_WhoseResultSomebodyHas_IsNotReported() => await Analysis.CheckAsync(
        """
        public static class Writers
        {
            public static async Task FillAsync(PipeWriter writer, System.IO.Stream stream)
            {
                await writer.FlushAsync();
                FlushResult result = await writer.WriteAsync(new byte[1]).ConfigureAwait(false);
                ValueTask<FlushResult> flush = writer.FlushAsync();
                await flush;
                _ = stream.FlushAsync();
            }
            public static ValueTask<FlushResult> Flush(PipeWriter writer) => writer.FlushAsync();
        }
        """);
}
