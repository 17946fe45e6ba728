using System.IO.Pipelines;
using System.Threading.Channels;
using MemGuard.Bounded;

namespace MemGuard.Benchmarks.HotPaths;

/// <summary>The queue alone, between threads, and the pipe writer.</summary>
internal static class QueuePaths
{
    private const int Capacity = 1024;
    private const int PieceBytes = 4096;

    public static IEnumerable<HotPath> Create()
    {
        BoundedQueue<object> queue = CreateQueue();
        yield return new HotPath("queue uncontended, TryWrite and TryRead", 3_000_000, count => WriteRead(queue, count));
        yield return new HotPath("queue, 1 producer and 1 consumer", 600_000, static count => Pump(count, 1));
        yield return new HotPath("queue, 2 producers and 2 consumers", 600_000, static count => Pump(count, 2));
        yield return new HotPath("pipe, 4 KiB write and flush, reader in turn", 120_000, static count => WriteFlushAsync(count).Wait());
    }

    private static BoundedQueue<object> CreateQueue() => new(new BoundedQueueOptions<object> { Name = "hot path", Capacity = Capacity });

    private static void WriteRead(BoundedQueue<object> queue, int count)
    {
        ChannelWriter<object> writer = queue.Writer;
        ChannelReader<object> reader = queue.Reader;
        for (int i = 0; i < count; i++)
        {
            writer.TryWrite(queue);
            reader.TryRead(out _);
        }
    }

    private static void Pump(int count, int pairs)
    {
        BoundedQueue<object> queue = CreateQueue();
        Task[] consumers = [.. Enumerable.Range(0, pairs).Select(_ => Task.Run(() => ConsumeAsync(queue.Reader)))];
        Task[] producers = [.. Enumerable.Range(0, pairs).Select(_ => Task.Run(() => ProduceAsync(queue.Writer, count / pairs)))];
        Task.WaitAll(producers);
        queue.Writer.Complete();
        Task.WaitAll(consumers);
    }

    private static async Task ProduceAsync(ChannelWriter<object> writer, int count)
    {
        for (int i = 0; i < count; i++)
        {
            await writer.WriteAsync(writer);
        }
    }

    private static async Task ConsumeAsync(ChannelReader<object> reader)
    {
        while (await reader.WaitToReadAsync())
        {
            while (reader.TryRead(out _))
            {
            }
        }
    }

    private static async Task WriteFlushAsync(int count)
    {
        byte[] piece = new byte[PieceBytes];
        Pipe pipe = new(new PipeOptions(pauseWriterThreshold: 64 * 1024, resumeWriterThreshold: 32 * 1024, useSynchronizationContext: false));
        BoundedPipeWriter writer = new(pipe.Writer, new BoundedPipeWriterOptions { Name = "hot path" });
        for (int i = 0; i < count; i++)
        {
            piece.CopyTo(writer.GetMemory(PieceBytes));
            writer.Advance(PieceBytes);
            await writer.FlushAsync();
            ReadResult result = await pipe.Reader.ReadAsync();
            pipe.Reader.AdvanceTo(result.Buffer.End);
        }
    }
}
