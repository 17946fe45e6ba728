using System.Text.Json;
using MemGuard.Costs;

namespace MemGuard.Evidence;

/// <summary>The sections that tell of the runtime, of MemGuard, and of what there are many of. They read what is there and allocate nothing.</summary>
internal static class ReportInventorySections
{
    public static bool Structures(Utf8JsonWriter json, ReportFacts facts, int freeBytes)
    {
        const int mostBytesOfFigures = 420;
        json.WriteStartArray();
        bool isWhole = true;
        IReadOnlyList<ReportedStructure> structures = facts.Inventory.Structures;
        for (int i = 0; i < structures.Count; i++)
        {
            ReportedStructure structure = structures[i];
            if (json.BytesCommitted + json.BytesPending + structure.Name.EncodedUtf8Bytes.Length + mostBytesOfFigures > freeBytes)
            {
                isWhole = false;
                break;
            }

            json.WriteStartObject();
            json.WriteString("name"u8, structure.Name);
            json.WriteString("kind"u8, structure.Kind);
            json.Write("count"u8, (long?)structure.Count);
            json.Write("capacity"u8, structure.Capacity);
            json.Write("weight"u8, structure.Weight);
            json.Write("maxWeight"u8, structure.MaxWeight);
            json.Write("totalHits"u8, structure.TotalHits);
            json.Write("totalMisses"u8, structure.TotalMisses);
            json.Write("totalEvictions"u8, structure.TotalEvictions);
            json.Write("oldestAgeSeconds"u8, structure.OldestAge);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        return isWhole;
    }

    public static void GarbageCollector(Utf8JsonWriter json, ReportFacts facts)
    {
        ReportedProcess process = facts.Process;
        json.WriteStartObject();
        json.WriteBoolean("isServer"u8, process.IsServerGC);
        json.WriteBoolean("isAdaptive"u8, process.IsAdaptiveGC);
        json.WriteBoolean("isConcurrent"u8, process.IsConcurrentGC);
        json.Write("conserveMemory"u8, (long?)process.ConserveMemory);
        json.Write("gen0Collections"u8, facts.Sample?.Gen0CollectionCount);
        json.Write("gen1Collections"u8, facts.Sample?.Gen1CollectionCount);
        json.Write("gen2Collections"u8, facts.Sample?.Gen2CollectionCount);
        json.Write("pauseSeconds"u8, facts.Sample?.TotalPauseDuration);
        json.WriteStartArray("generations"u8);
        IReadOnlyList<ReportedGeneration> generations = facts.Inventory.Generations;
        for (int i = 0; i < generations.Count; i++)
        {
            json.WriteStartObject();
            json.WriteString("name"u8, generations[i].Name);
            json.Write("sizeBytes"u8, (long?)generations[i].SizeBytes);
            json.Write("fragmentedBytes"u8, (long?)generations[i].FragmentedBytes);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    public static void Threads(Utf8JsonWriter json, ReportFacts facts)
    {
        ReportedInventory inventory = facts.Inventory;
        json.WriteStartObject();
        json.Write("elapsedSeconds"u8, (TimeSpan?)inventory.Elapsed);
        json.Write("count"u8, inventory.ThreadCount);
        json.Write("poolCount"u8, (long?)inventory.PoolThreadCount);
        json.Write("pendingWorkItems"u8, (long?)inventory.PendingWorkItemCount);
        json.Write("completedWorkItems"u8, (long?)inventory.CompletedWorkItemCount);
        json.WriteEndObject();
    }

    public static void Runtime(Utf8JsonWriter json, ReportFacts facts)
    {
        ReportedProcess process = facts.Process;
        json.WriteStartObject();
        json.WriteString("framework"u8, process.Framework);
        json.WriteString("operatingSystem"u8, process.OperatingSystem);
        json.WriteString("architecture"u8, process.Architecture);
        json.Write("processorCount"u8, (long?)process.ProcessorCount);
        json.WriteBoolean("isContainer"u8, process.IsContainer);
        json.WriteEndObject();
    }

    public static void Self(Utf8JsonWriter json, ReportFacts facts)
    {
        ReportedSelf self = facts.ReadSelf();
        json.WriteStartObject();
        json.WriteString("version"u8, facts.Process.MemGuardVersion);
        json.Write("sampleDurationSeconds"u8, (double?)Math.Round(self.SampleDuration.TotalSeconds, 6));
        json.Write("sampleLatenessSeconds"u8, (double?)Math.Round(self.SampleLateness.TotalSeconds, 6));
        json.Write("confirmingCollections"u8, (long?)self.ConfirmingCollections);
        json.Write("recordedRows"u8, self.RecordedRows);
        json.Write("droppedRows"u8, self.DroppedRows);
        json.Write("processorSeconds"u8, self.ProcessorTime is { } used ? Math.Round(used.TotalSeconds, 3) : null);
        json.Write("allocatedBytes"u8, (long?)self.AllocatedBytes);
        json.Write("pauseSeconds"u8, (double?)Math.Round(self.Pause.TotalSeconds, 6));
        json.Write("diskBytes"u8, (long?)self.DiskBytes);
        json.WriteString("tier"u8, self.Tier switch
        {
            CostTier.FewerReadings => "fewerReadings"u8,
            CostTier.FewerSamples => "fewerSamples"u8,
            _ => "full"u8,
        });
        json.WriteStartArray("switchedOff"u8);
        IReadOnlyList<JsonEncodedText> off = facts.Inventory.SwitchedOff;
        for (int i = 0; i < off.Count; i++)
        {
            json.WriteStringValue(off[i]);
        }

        json.WriteEndArray();
        json.WriteStartObject("internalErrors"u8);
        IReadOnlyList<(JsonEncodedText Source, long Count)> errors = facts.Inventory.InternalErrors;
        for (int i = 0; i < errors.Count; i++)
        {
            json.WriteNumber(errors[i].Source, errors[i].Count);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    public static void Configuration(Utf8JsonWriter json, ReportFacts facts)
    {
        json.WriteStartObject();
        json.WriteStartObject("options"u8);
        IReadOnlyList<(JsonEncodedText Name, ReportedSetting Value)> settings = facts.Settings;
        for (int i = 0; i < settings.Count; i++)
        {
            Write(json, settings[i].Name, settings[i].Value);
        }

        json.WriteEndObject();
        json.WriteStartObject("environment"u8);
        IReadOnlyList<(JsonEncodedText Name, JsonEncodedText? Value)> environment = facts.Process.Environment;
        for (int i = 0; i < environment.Count; i++)
        {
            if (environment[i].Value is { } value)
            {
                json.WriteString(environment[i].Name, value);
            }
            else
            {
                json.WriteNull(environment[i].Name);
            }
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    public static bool History(Utf8JsonWriter json, ReportFacts facts, int freeBytes)
    {
        const int mostBytesARow = 160;
        bool isWhole = true;
        json.WriteStartObject();
        json.WriteStartArray("columns"u8);
        for (int i = 0; i < ReportHistory.ColumnCount; i++)
        {
            json.WriteStringValue(ReportHistory.Columns[i]);
        }

        json.WriteEndArray();
        json.WriteStartArray("rows"u8);
        ReportHistory.Reader rows = facts.History.Read();
        while (rows.TryRead(out ReportHistory.Row row))
        {
            if (json.BytesCommitted + json.BytesPending + mostBytesARow > freeBytes)
            {
                isWhole = false;
                break;
            }

            Write(json, row);
        }

        json.WriteEndArray();
        json.WriteEndObject();
        return isWhole;
    }

    public static bool Assemblies(Utf8JsonWriter json, ReportFacts facts, int freeBytes)
    {
        const int overhead = 40;
        json.WriteStartArray();
        bool isWhole = true;
        IReadOnlyList<(JsonEncodedText Name, JsonEncodedText Version)> assemblies = facts.Inventory.Assemblies;
        for (int i = 0; i < assemblies.Count && isWhole; i++)
        {
            (JsonEncodedText name, JsonEncodedText version) = assemblies[i];
            isWhole = json.BytesCommitted + json.BytesPending + name.EncodedUtf8Bytes.Length + version.EncodedUtf8Bytes.Length + overhead <= freeBytes;
            if (isWhole)
            {
                json.WriteStartObject();
                json.WriteString("name"u8, name);
                json.WriteString("version"u8, version);
                json.WriteEndObject();
            }
        }

        json.WriteEndArray();
        return isWhole;
    }

    // Times are kept as milliseconds and written as seconds, sizes as they are.
    private static void Write(Utf8JsonWriter json, in ReportHistory.Row row)
    {
        json.WriteStartArray();
        for (int i = 0; i < ReportHistory.ColumnCount; i++)
        {
            if (row[i] is not long figure)
            {
                json.WriteNullValue();
            }
            else if (i is 0 or ReportHistory.ColumnCount - 1)
            {
                json.WriteNumberValue(figure / 1000.0);
            }
            else
            {
                json.WriteNumberValue(figure);
            }
        }

        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, JsonEncodedText name, ReportedSetting setting)
    {
        if (setting.Truth is bool truth)
        {
            json.WriteBoolean(name, truth);
        }
        else if (setting.Word is { } word)
        {
            json.WriteString(name, word);
        }
        else if (setting.Number is double number)
        {
            json.WriteNumber(name, number);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
