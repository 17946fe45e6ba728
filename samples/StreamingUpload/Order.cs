using System.Text.Json.Serialization;

namespace StreamingUpload;

public sealed record Order(int Id, string State);

[JsonSerializable(typeof(Order))]
internal sealed partial class OrderContext : JsonSerializerContext;
