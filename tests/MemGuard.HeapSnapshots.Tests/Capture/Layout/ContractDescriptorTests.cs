using MemGuard.HeapSnapshots.Capture;

namespace MemGuard.HeapSnapshots.Tests.Capture;

/// <summary>The runtime's description of itself.</summary>
public sealed class ContractDescriptorTests
{
    [Fact]
    public void Parse_Description_GivesOffsetsSizesAndAddresses()
    {
        ContractDescriptor descriptor = Parse(
            """{"types":{"Thread":{"!":64,"Id":16,"LinkNext":[112,"pointer"]}},"globals":{"ThreadStore":[[1],"pointer"],"Version":["0x4","uint32"]}}""");

        Assert.Equal(64, descriptor.SizeOf("Thread"));
        Assert.Equal(16, descriptor.OffsetOf("Thread", "Id"));
        Assert.Equal(112, descriptor.OffsetOf("Thread", "LinkNext"));
        Assert.Equal(0xB0UL, descriptor.AddressOf("ThreadStore"));
    }

    [Fact]
    public void OffsetOf_MissingField_SaysItsName()
    {
        ContractDescriptor descriptor = Parse("""{"types":{"Thread":{}},"globals":{}}""");

        Assert.Equal("the runtime does not describe Thread.Frame", Assert.Throws<InvalidDataException>(() => descriptor.OffsetOf("Thread", "Frame")).Message);
        Assert.Throws<InvalidDataException>(() => descriptor.AddressOf("ThreadStore"));
    }

    [Theory]
    [InlineData("{")]
    [InlineData("""{"types":[],"globals":{}}""")]
    [InlineData("""{"types":{"Thread":{"Id":"x"}},"globals":{}}""")]
    [InlineData("""{"globals":{}}""")]
    public void Parse_AnotherForm_IsRefused(string json) => Assert.Throws<InvalidDataException>(() => Parse(json));

    private static ContractDescriptor Parse(string json) => ContractDescriptor.Parse(System.Text.Encoding.UTF8.GetBytes(json), [0xA0, 0xB0]);
}
