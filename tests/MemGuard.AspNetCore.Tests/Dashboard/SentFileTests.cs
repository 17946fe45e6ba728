using MemGuard.AspNetCore.Dashboard;

namespace MemGuard.AspNetCore.Tests.Dashboard;

public sealed class SentFileTests
{
    private readonly MemoryStream _content = new([1, 2, 3]);
    private int _ended;

    [Fact]
    public void Dispose_Twice_TellsTheEndOnceAndClosesTheFile()
    {
        SentFile file = new(_content, () => _ended++);

        file.Dispose();
        file.Dispose();

        Assert.Equal(1, _ended);
        Assert.Throws<ObjectDisposedException>(() => _content.ReadByte());
    }

    [Fact]
    public async Task DisposeAsync_TellsTheEnd()
    {
        await using (new SentFile(_content, () => _ended++))
        {
            Assert.Equal(0, _ended);
        }

        Assert.Equal(1, _ended);
    }

    [Fact]
    public void Read_FromBeginningToEnd_GivesTheContent()
    {
        using SentFile file = new(_content, () => _ended++);
        byte[] buffer = new byte[4];

        Assert.Equal((3, 0), (file.Read(buffer, 1, 3), file.Read(buffer, 0, 1)));

        Assert.Equal([0, 1, 2, 3], buffer);
        Assert.Equal((3L, 3L, 0), (file.Length, file.Position, _ended));
    }

    [Fact]
    public async Task ReadAsync_FromBeginningToEnd_GivesTheContent()
    {
        await using SentFile file = new(_content, () => _ended++);
        byte[] buffer = new byte[3];

        await file.ReadExactlyAsync(buffer);

        Assert.Equal([1, 2, 3], buffer);
    }

    [Fact]
    public void Write_OrSeek_IsRefused()
    {
        using SentFile file = new(_content, () => _ended++);

        Assert.Equal((true, false, false), (file.CanRead, file.CanSeek, file.CanWrite));
        Assert.Throws<NotSupportedException>(() => file.Seek(0, SeekOrigin.Begin));
        Assert.Throws<NotSupportedException>(() => file.Position = 0);
        Assert.Throws<NotSupportedException>(() => file.SetLength(0));
        Assert.Throws<NotSupportedException>(() => file.Write([1], 0, 1));
        Assert.Equal(3, _content.Length);
    }
}
