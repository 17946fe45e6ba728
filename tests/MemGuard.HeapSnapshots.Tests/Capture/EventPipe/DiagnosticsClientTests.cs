using System.Buffers.Binary;
using MemGuard.HeapSnapshots.Capture;

namespace MemGuard.HeapSnapshots.Tests.Capture;

/// <summary>What goes over the wire to the runtime, byte by byte, and what comes back.</summary>
public sealed class DiagnosticsClientTests
{
    [Fact]
    public void StartHeapWalk_SendsOneCommandWithBufferProviderAndKeywords()
    {
        Peer runtime = new(Reply(0, 1, 2, 3, 4, 5, 6, 7, 8));

        ulong session = DiagnosticsClient.StartHeapWalk(runtime, 256);

        // 20 bytes of header, 17 of buffer, format, rundown and stacks, 4 of the number of providers, 12 of keywords and level, 4 + 64 of the name, 4 of no filter.
        Assert.Equal(0x0807_0605_0403_0201UL, session);
        Assert.Equal(
            "444F544E45545F4950435F563100" + "7D00" + "02" + "05" + "0000" // magic, size, EventPipe, CollectTracing4, reserved
            + "00010000" + "01000000" + "0000000000000000" + "00" // 256 MB, nettrace, no rundown, no stacks
            + "01000000" + "0100980100000000" + "05000000" // one provider: its keywords, verbose
            + "20000000" + Convert.ToHexString(System.Text.Encoding.Unicode.GetBytes("Microsoft-Windows-DotNETRuntime\0")) + "00000000",
            Convert.ToHexString(runtime.Sent));
        Assert.Equal(runtime.Sent.Length, BinaryPrimitives.ReadUInt16LittleEndian(runtime.Sent.AsSpan(14)));
    }

    [Fact]
    public void Stop_SendsTheSession()
    {
        Peer runtime = new(Reply(0, 0, 0, 0, 0, 0, 0, 0, 0));

        DiagnosticsClient.Stop(runtime, 0x0102_0304_0506_0708);

        Assert.Equal("444F544E45545F4950435F563100" + "1C00" + "02" + "01" + "0000" + "0807060504030201", Convert.ToHexString(runtime.Sent));
    }

    [Fact]
    public void StartHeapWalk_Refused_SaysTheRuntimesError()
    {
        Peer runtime = new(Reply(0xFF, 0x84, 0x13, 0x13, 0x80));

        IOException error = Assert.Throws<IOException>(() => DiagnosticsClient.StartHeapWalk(runtime, 256));

        Assert.Contains("0x80131384", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void StartHeapWalk_RefusedWithoutAReason_SaysSo() =>
        Assert.Contains("0x00000000", Assert.Throws<IOException>(() => DiagnosticsClient.StartHeapWalk(new Peer(Reply(0xFF)), 256)).Message, StringComparison.Ordinal);

    // Without its id the session could never be stopped.
    [Fact]
    public void StartHeapWalk_AcceptedWithoutASession_IsAnError() =>
        Assert.Throws<InvalidDataException>(() => DiagnosticsClient.StartHeapWalk(new Peer(Reply(0, 1, 2, 3)), 256));

    [Fact]
    public void StartHeapWalk_SomethingElseAnswers_IsAnError() =>
        Assert.Throws<InvalidDataException>(() => DiagnosticsClient.StartHeapWalk(new Peer("HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray()), 256));

    [Fact]
    public void StartHeapWalk_AnswerBreaksOffAnywhere_IsItsEnd()
    {
        byte[] whole = Reply(0, 1, 2, 3, 4, 5, 6, 7, 8);
        for (int length = 0; length < whole.Length; length++)
        {
            Assert.Throws<EndOfStreamException>(() => DiagnosticsClient.StartHeapWalk(new Peer(whole[..length]), 256));
        }
    }

    [Fact]
    public void StartHeapWalk_AnswerShorterThanItsOwnHeader_IsAnError()
    {
        byte[] reply = Reply(0, 1, 2, 3, 4, 5, 6, 7, 8);
        reply[14] = 3;

        Assert.Throws<InvalidDataException>(() => DiagnosticsClient.StartHeapWalk(new Peer(reply), 256));
    }

    // The events follow the answer in the same stream.
    [Fact]
    public void StartHeapWalk_LeavesWhatFollowsTheAnswer()
    {
        Peer runtime = new([.. Reply(0, 1, 2, 3, 4, 5, 6, 7, 8), 42]);

        DiagnosticsClient.StartHeapWalk(runtime, 256);

        Assert.Equal(42, runtime.ReadByte());
    }

    private static byte[] Reply(byte status, params byte[] content) => [.. "DOTNET_IPC_V1\0"u8, (byte)(20 + content.Length), 0, 0xFF, status, 0, 0, .. content];

    private sealed class Peer(byte[] answer) : MemoryStream(answer)
    {
        private readonly List<byte> _sent = [];

        public byte[] Sent => [.. _sent];

        public override void Write(byte[] buffer, int offset, int count) => _sent.AddRange(buffer.AsSpan(offset, count));

        public override void Write(ReadOnlySpan<byte> buffer) => _sent.AddRange(buffer);
    }
}
