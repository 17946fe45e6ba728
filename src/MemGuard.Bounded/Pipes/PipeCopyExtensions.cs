using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace MemGuard.Bounded;

/// <summary>Streams large data into a pipe writer, at the reader's pace: flat memory however large the source is.</summary>
/// <remarks>Each takes any writer; a <see cref="BoundedPipeWriter"/> brings its own flush threshold, for others it is 32 KiB. None completes the writer.</remarks>
public static class PipeCopyExtensions
{
    private const int DefaultFlushThreshold = 32 * 1024;

    /// <summary>Reads a stream to its end, straight into the writer's buffers.</summary>
    /// <param name="writer">The destination.</param>
    /// <param name="source">The source; not disposed.</param>
    /// <param name="cancellationToken">Ends the copy.</param>
    public static async ValueTask<PipeCopyResult> CopyFromAsync(this PipeWriter writer, Stream source, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(source);
        PipeCopy copy = new(writer, GetFlushThreshold(writer));
        while (true)
        {
            int read = await source.ReadAsync(writer.GetMemory(), cancellationToken).ConfigureAwait(false);
            if (read == 0)
            {
                return await copy.EndAsync(cancellationToken).ConfigureAwait(false);
            }

            writer.Advance(read);
            if (!await copy.ContinueAsync(read, cancellationToken).ConfigureAwait(false))
            {
                return copy.Result;
            }
        }
    }

    /// <summary>Writes every piece of a sequence; the next is asked for only when the reader has room.</summary>
    /// <param name="writer">The destination.</param>
    /// <param name="source">The pieces, of any size: a large one is written in slices.</param>
    /// <param name="cancellationToken">Ends the copy.</param>
    public static async ValueTask<PipeCopyResult> CopyFromAsync(this PipeWriter writer, IAsyncEnumerable<ReadOnlyMemory<byte>> source, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(source);
        int threshold = GetFlushThreshold(writer);
        PipeCopy copy = new(writer, threshold);
        await foreach (ReadOnlyMemory<byte> piece in source.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            ReadOnlyMemory<byte> rest = piece;
            while (!rest.IsEmpty)
            {
                int length = Math.Min(rest.Length, threshold);
                writer.Write(rest.Span[..length]);
                rest = rest[length..];
                if (!await copy.ContinueAsync(length, cancellationToken).ConfigureAwait(false))
                {
                    return copy.Result;
                }
            }
        }

        return await copy.EndAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes each object as one line of JSON (NDJSON); the next is asked for only when the reader has room.</summary>
    /// <typeparam name="T">The type of the objects.</typeparam>
    /// <param name="writer">The destination.</param>
    /// <param name="source">The objects. Each must fit in what the writer may hold unflushed.</param>
    /// <param name="typeInfo">How to serialize them, from a source-generated context; must not indent.</param>
    /// <param name="cancellationToken">Ends the copy.</param>
    public static async ValueTask<PipeCopyResult> WriteNdjsonAsync<T>(this PipeWriter writer, IAsyncEnumerable<T> source, JsonTypeInfo<T> typeInfo, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(typeInfo);
        PipeCopy copy = new(writer, GetFlushThreshold(writer));
        using Utf8JsonWriter json = new(writer, new JsonWriterOptions { SkipValidation = true });
        await foreach (T item in source.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            if (!await copy.ContinueAsync(WriteLine(writer, json, item, typeInfo), cancellationToken).ConfigureAwait(false))
            {
                return copy.Result;
            }
        }

        return await copy.EndAsync(cancellationToken).ConfigureAwait(false);
    }

    private static long WriteLine<T>(PipeWriter writer, Utf8JsonWriter json, T item, JsonTypeInfo<T> typeInfo)
    {
        JsonSerializer.Serialize(json, item, typeInfo);
        json.Flush();
        long written = json.BytesCommitted + 1;
        json.Reset();
        writer.Write("\n"u8);
        return written;
    }

    private static int GetFlushThreshold(PipeWriter writer) => writer is BoundedPipeWriter bounded ? bounded.FlushThreshold : DefaultFlushThreshold;
}
