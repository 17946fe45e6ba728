using System.Text.Json.Serialization;

namespace MemGuard.HeapSnapshots.Analysis;

/// <summary>Serialisation without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SnapshotData))]
[JsonSerializable(typeof(ReportData))]
internal sealed partial class SnapshotJsonContext : JsonSerializerContext;
