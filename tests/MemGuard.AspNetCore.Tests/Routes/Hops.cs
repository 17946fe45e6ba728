using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Builder;

namespace MemGuard.AspNetCore.Tests.Routes;

/// <summary>Handlers that allocate the same number of bytes, each on its own way from thread to thread.</summary>
internal static class Hops
{
    public const int PlantedBytes = Pieces * PieceBytes;
    private const int Pieces = 16;
    private const int PieceBytes = 64 << 10;

    public static void Map(WebApplication app)
    {
        app.MapGet("/hops/one-thread", static () => Enumerable.Range(0, Pieces).Sum(Allocate).ToString());
        app.MapGet("/hops/yields", static async () => await SumAsync(static async () => await Task.Yield()));
        app.MapGet("/hops/delays", static async () => await SumAsync(static async () => await Task.Delay(1).ConfigureAwait(false)));
        app.MapGet("/hops/pool", static async () => await SumAsync(static () => Task.Run(static () => { })));
        app.MapGet("/hops/parallel", static async () => (await Task.WhenAll(Enumerable.Range(0, Pieces).Select(static i => Task.Run(() => Allocate(i))))).Sum().ToString());
        app.MapGet("/hops/each-parallel", static async () =>
        {
            int sum = 0;
            await Parallel.ForEachAsync(Enumerable.Range(0, Pieces), async (piece, _) =>
            {
                await Task.Yield();
                Interlocked.Add(ref sum, Allocate(piece));
            });
            return sum.ToString();
        });
        app.MapGet("/hops/stream", static async () =>
        {
            int sum = 0;
            await foreach (int length in StreamAsync(CancellationToken.None))
            {
                sum += length;
            }

            return sum.ToString();
        });
        app.MapGet("/hops/own-thread", static () =>
        {
            int sum = 0;
            Thread thread = new(() => sum = Enumerable.Range(0, Pieces).Sum(Allocate));
            thread.Start();
            thread.Join();
            return sum.ToString();
        });
    }

    private static async Task<string> SumAsync(Func<Task> hop)
    {
        int sum = 0;
        for (int i = 0; i < Pieces; i++)
        {
            sum += Allocate(i);
            await hop();
        }

        return sum.ToString();
    }

    private static async IAsyncEnumerable<int> StreamAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (int i = 0; i < Pieces; i++)
        {
            await Task.Delay(1, cancellationToken);
            yield return Allocate(i);
        }
    }

    private static int Allocate(int piece) => new byte[PieceBytes].Length + (piece & 1);
}
