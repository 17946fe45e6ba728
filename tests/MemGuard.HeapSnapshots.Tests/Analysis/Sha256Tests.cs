using System.Security.Cryptography;
using MemGuard.HeapSnapshots.Analysis;

namespace MemGuard.HeapSnapshots.Tests.Analysis;

public sealed class Sha256Tests
{
    [Fact]
    public void Hash_EveryLengthAroundTheBlocks_IsTheFrameworks()
    {
        byte[] data = new byte[400];
        new Random(1).NextBytes(data);
        for (int length = 0; length <= data.Length; length++)
        {
            Assert.Equal(SHA256.HashData(data.AsSpan(0, length)), Sha256.Hash(data.AsSpan(0, length)));
        }
    }
}
