using MemGuard.Analyzers.Tests.Support;

namespace MemGuard.Analyzers.Tests.Requests;

public sealed class SerializerAnalyzerTests
{
    [Theory]
    [InlineData("new XmlSerializer(typeof(Order), new XmlRootAttribute(\"order\")).Serialize(stream, order);")]
    [InlineData("var serializer = new XmlSerializer(typeof(Order), new[] { typeof(string) }); serializer.Serialize(stream, order);")]
    [InlineData("XmlSerializer serializer = new(typeof(Order), new XmlAttributeOverrides()); serializer.Serialize(stream, order);")]
    public async Task Serializer_WithAnUncachedConstructor_IsReported(string statement) => await Analysis.CheckAsync(Method(statement + " // MG0007"));

    [Theory]
    [InlineData("new XmlSerializer(typeof(Order)).Serialize(stream, order);")]
    [InlineData("new XmlSerializer(typeof(Order), \"urn:orders\").Serialize(stream, order);")]
    [InlineData("Kept ??= new XmlSerializer(typeof(Order), new XmlRootAttribute(\"order\"));")]
    [InlineData("Kept = new XmlSerializer(typeof(Order), new XmlRootAttribute(\"order\"));")]
    [InlineData("ByName.GetOrAdd(\"order\", static name => new XmlSerializer(typeof(Order), new XmlRootAttribute(name)));")]
    [InlineData("var made = new XmlSerializer(typeof(Order), new XmlRootAttribute(\"order\")); ByName[\"order\"] = made;")]
    [InlineData("Lazy<XmlSerializer> lazy = new(() => new XmlSerializer(typeof(Order), new XmlRootAttribute(\"order\"))); _ = lazy.Value;")]
    public async Task Serializer_CachedByTheRuntimeOrTheCode_IsNotReported(string statement) => await Analysis.CheckAsync(Method(statement));

    private static string Method(string statement) =>
        $$"""
        public class Orders
        {
            private static XmlSerializer? Kept;
            private static readonly XmlSerializer Static = new(typeof(Order), new XmlRootAttribute("order"));
            private static readonly ConcurrentDictionary<string, XmlSerializer> ByName = new() { ["a"] = Static };
            public void Write(System.IO.Stream stream, Order order) {
                {{statement}}
                ByName.TryRemove("a", out _);
            }
            public XmlSerializer? Get() => Kept;
        }
        public class Order;
        """;
}
