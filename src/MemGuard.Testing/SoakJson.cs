using System.Text.Json.Serialization;

namespace MemGuard.Testing;

/// <summary>The JSON of a soak result.</summary>
[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(SoakResult))]
internal sealed partial class SoakJson : JsonSerializerContext;
