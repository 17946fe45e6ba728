using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;

namespace MemGuard.Bounded;

/// <summary>
/// A pipe writer with a hard bound on what it buffers, loud about code that ignores back-pressure, and freed from a reader that has stopped reading.
/// </summary>
/// <remarks>
/// <para>A flush that is not awaited does not slow the producer down: the bytes pile up without any error. Here a second flush during the first, or
/// after a first whose result nobody took, throws; and asking for a buffer beyond <see cref="BoundedPipeWriterOptions.MaxUnflushedBytes"/> throws.</para>
/// <para>When a flush waits longer than <see cref="BoundedPipeWriterOptions.StalledReaderTimeout"/>, it returns with
/// <see cref="FlushResult.IsCompleted"/>, the inner writer is completed with a <see cref="TimeoutException"/>, and no more can be written.</para>
/// <para>Like every pipe writer, for one writing thread at a time. <see cref="GetStatistics"/> is thread-safe. Allocates nothing per write.</para>
/// </remarks>
public sealed partial class BoundedPipeWriter : PipeWriter
{
    private readonly PipeWriter _inner;
    private readonly string _name;
    private readonly string _origin;
    private readonly Action? _readerStalled;
    private readonly ILogger? _logger;
    private readonly TimeSpan _stalledReaderTimeout;
    private readonly int _flushThreshold;
    private readonly long _maxUnflushedBytes;
    private readonly TimeProvider _timeProvider;
    private readonly PipeWriterGroup _group;
    private readonly PipePendingFlush _pending;

    /// <summary>Bytes written since the beginning. Only the writing thread changes it.</summary>
    private long _written;

    /// <summary>How many of <see cref="_written"/> an ended flush has covered. Written by whoever ends a flush, in order, for there is one at a time.</summary>
    private long _flushed;

    private long _totalFlushes;
    private long _totalWaits;
    private long _totalWaitMilliseconds;

    /// <summary>A flush said that the reader is gone, or the reader stalled: nothing reaches it any more.</summary>
    private volatile bool _isReaderGone;
    private volatile bool _isStalled;

    /// <summary>The inner writer has been completed from here.</summary>
    private volatile bool _isOver;

    /// <summary>A large write is under way, between two of its flushes perhaps.</summary>
    private volatile bool _isSlicing;

    /// <summary>1 while the ticker calls. Interlocked.</summary>
    private int _isTicking;

    /// <summary>Only the ticker uses it.</summary>
    private int _idleTicks;

    /// <summary>Wraps a writer.</summary>
    /// <param name="inner">The writer that does the work. Must not be used directly any more.</param>
    /// <param name="options">The bounds; read once. Null for the defaults.</param>
    /// <param name="timeProvider">The clock of the stall timeout; null for the system's.</param>
    /// <param name="member">Filled in by the compiler: where the writer was made, for messages.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <exception cref="ArgumentException">An option is out of its range; the message names it.</exception>
    public BoundedPipeWriter(PipeWriter inner, BoundedPipeWriterOptions? options = null, TimeProvider? timeProvider = null, [CallerMemberName] string member = "", [CallerLineNumber] int line = 0)
    {
        ArgumentNullException.ThrowIfNull(inner);
        options ??= new BoundedPipeWriterOptions();
        options.Validate();
        _inner = inner;
        _name = options.Name;
        _origin = $"{member}, line {line}";
        _flushThreshold = options.FlushThreshold;
        _maxUnflushedBytes = options.MaxUnflushedBytes;
        _stalledReaderTimeout = options.StalledReaderTimeout;
        _readerStalled = options.ReaderStalled;
        _logger = options.Logger;
        _timeProvider = timeProvider ?? TimeProvider.System;
        _group = PipeWriterGroup.Get(_name);
        _pending = new PipePendingFlush(OnFlushEnded, OnResultTaken, OnFlushMisused);
    }

    /// <summary>Always true: the bytes are counted here.</summary>
    public override bool CanGetUnflushedBytes => true;

    /// <summary>Bytes written and not yet covered by a finished flush.</summary>
    public override long UnflushedBytes => _written - Volatile.Read(ref _flushed);

    /// <summary>Unflushed bytes from which <see cref="FlushIfNeededAsync"/> flushes.</summary>
    public int FlushThreshold => _flushThreshold;

    /// <summary>Reads the counters.</summary>
    public BoundedPipeWriterStatistics GetStatistics() => new()
    {
        UnflushedBytes = Interlocked.Read(ref _written) - Volatile.Read(ref _flushed),
        TotalBytes = Interlocked.Read(ref _written),
        TotalFlushes = Interlocked.Read(ref _totalFlushes),
        TotalWaits = Interlocked.Read(ref _totalWaits),
        TotalWaitTime = TimeSpan.FromMilliseconds(Interlocked.Read(ref _totalWaitMilliseconds)),
        IsStalled = _isStalled,
    };

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The bytes would exceed the bound, a flush is pending, or the last one said that the reader is gone.</exception>
    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        RefuseWhileFlushing();
        int room = GetRoom(sizeHint);
        Memory<byte> memory = _inner.GetMemory(sizeHint);
        return memory.Length <= room ? memory : memory[..room];
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The bytes would exceed the bound, a flush is pending, or the last one said that the reader is gone.</exception>
    public override Span<byte> GetSpan(int sizeHint = 0)
    {
        RefuseWhileFlushing();
        int room = GetRoom(sizeHint);
        Span<byte> span = _inner.GetSpan(sizeHint);
        return span.Length <= room ? span : span[..room];
    }

    /// <inheritdoc/>
    public override void Advance(int bytes)
    {
        if (bytes != 0)
        {
            RefuseWhileFlushing();
        }

        _inner.Advance(bytes);
        _written += bytes;
    }

    /// <summary>Flushes when <see cref="FlushThreshold"/> is reached, otherwise returns at once. Call it after each piece, and await it.</summary>
    /// <param name="cancellationToken">Passed to the flush.</param>
    /// <returns>The flush's result, or one that says to go on.</returns>
    public ValueTask<FlushResult> FlushIfNeededAsync(CancellationToken cancellationToken = default) =>
        UnflushedBytes >= _flushThreshold || _isReaderGone ? FlushAsync(cancellationToken) : default;

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">An earlier flush is pending, or its result was never looked at.</exception>
    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        if (_isReaderGone)
        {
            return new ValueTask<FlushResult>(new FlushResult(isCanceled: false, isCompleted: true));
        }

        RefuseIgnoredFlush();
        return Track(_inner.FlushAsync(cancellationToken), cancellationToken);
    }

    /// <summary>Writes and flushes. A write beyond <see cref="FlushThreshold"/> goes out in slices, each flushed, so that one larger than the bound works too.</summary>
    /// <param name="source">The bytes.</param>
    /// <param name="cancellationToken">Passed to the flushes.</param>
    /// <exception cref="InvalidOperationException">An earlier flush is pending, or its result was never looked at.</exception>
    public override ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default)
    {
        if (_isReaderGone)
        {
            return new ValueTask<FlushResult>(new FlushResult(isCanceled: false, isCompleted: true));
        }

        RefuseIgnoredFlush();
        return source.Length <= _flushThreshold && source.Length <= _maxUnflushedBytes - UnflushedBytes
            ? WriteSlice(source, cancellationToken)
            : WriteSlicesAsync(source, cancellationToken);
    }

    /// <summary>
    /// Makes the pending flush return with <see cref="FlushResult.IsCanceled"/>, also one that has ended and whose result was not yet looked at. Without
    /// one it is the next flush, as with every pipe writer.
    /// </summary>
    public override void CancelPendingFlush()
    {
        if (!_pending.TryCancelEnded())
        {
            _inner.CancelPendingFlush();
        }
    }

    /// <inheritdoc/>
    public override void Complete(Exception? exception = null)
    {
        if (!_isOver)
        {
            _inner.Complete(exception);
        }
    }

    /// <inheritdoc/>
    public override ValueTask CompleteAsync(Exception? exception = null) => _isOver ? default : _inner.CompleteAsync(exception);

    /// <inheritdoc/>
    [Obsolete("OnReaderCompleted may not be invoked on all implementations of PipeWriter.")]
    public override void OnReaderCompleted(Action<Exception?, object?> callback, object? state) => _inner.OnReaderCompleted(callback, state);

    /// <summary>A stream that writes here. Unlike the framework's, it throws an <see cref="IOException"/> once the reader has stalled.</summary>
    /// <param name="leaveOpen">Whether disposing of the stream leaves this writer open.</param>
    public override Stream AsStream(bool leaveOpen = false) => new StallTellingWriter(this).AsStream(leaveOpen);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int GetRoom(int sizeHint)
    {
        long room = _maxUnflushedBytes - UnflushedBytes;
        if (_isReaderGone || room < Math.Max(sizeHint, 1))
        {
            ThrowNoRoom();
        }

        return (int)Math.Min(room, int.MaxValue);
    }

    [DoesNotReturn]
    private void ThrowNoRoom() => throw new InvalidOperationException(_isReaderGone
        ? $"The reader of pipe writer '{_name}' (made in {_origin}) is gone, and a flush has said so: check FlushResult.IsCompleted and stop."
        : $"Pipe writer '{_name}' (made in {_origin}) holds {UnflushedBytes} unflushed bytes and may hold {_maxUnflushedBytes}: await FlushIfNeededAsync() between writes.");
}
