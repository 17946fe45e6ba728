using System.Text.Json.Serialization;

namespace MemGuard.HeapSnapshots.Reporting;

/// <summary>Serialisation without reflection. Unknown is written as null: a key that may be missing tells nobody that something is unknown.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.Never)]
[JsonSerializable(typeof(PageState))]
[JsonSerializable(typeof(PageHistory))]
[JsonSerializable(typeof(PageStructures))]
[JsonSerializable(typeof(PageAlerts))]
[JsonSerializable(typeof(SnapshotList))]
[JsonSerializable(typeof(SnapshotDetail))]
[JsonSerializable(typeof(SnapshotDiffPage))]
[JsonSerializable(typeof(SnapshotAnswer))]
[JsonSerializable(typeof(CollectionAnswer))]
[JsonSerializable(typeof(PageRoutes))]
[JsonSerializable(typeof(PageData))]
[JsonSerializable(typeof(SnapshotFileData))]
internal sealed partial class PageJsonContext : JsonSerializerContext;
