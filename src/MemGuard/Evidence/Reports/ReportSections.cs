using System.Text.Json;
using MemGuard.Sampling;

namespace MemGuard.Evidence;

/// <summary>The sections of a report, each one JSON value. They read what is there and allocate nothing.</summary>
internal static class ReportSections
{
    public static void Application(Utf8JsonWriter json, ReportFacts facts)
    {
        ReportedProcess process = facts.Process;
        json.WriteStartObject();
        json.Write("name"u8, process.Application);
        json.Write("version"u8, process.ApplicationVersion);
        json.Write("processId"u8, (long?)process.ProcessId);
        json.Write("startedAt"u8, facts.StartedAt);
        json.Write("uptimeSeconds"u8, facts.Sample?.Elapsed);
        json.Write("argumentCount"u8, (long?)process.ArgumentCount);
        json.WriteEndObject();
    }

    public static void Problem(Utf8JsonWriter json, ReportFacts facts)
    {
        if (facts.Problem is not { } problem)
        {
            json.WriteNullValue();
            return;
        }

        json.WriteStartObject();
        json.WriteString("problem"u8, problem.Problem);
        json.WriteBoolean("isConfirmed"u8, problem.IsConfirmed);
        json.WriteString("reason"u8, problem.Reason);
        json.WriteString("nextStep"u8, problem.NextStep);
        json.Write("bytesPerHour"u8, problem.BytesPerHour);
        json.Write("timeToLimitSeconds"u8, problem.TimeToLimit);
        json.Write("timeToLimitLowSeconds"u8, problem.TimeToLimitLow);
        json.Write("timeToLimitHighSeconds"u8, problem.TimeToLimitHigh);
        json.WriteStartArray("trends"u8);
        IReadOnlyList<ReportedTrend> trends = problem.Trends;
        for (int i = 0; i < trends.Count; i++)
        {
            ReportedTrend trend = trends[i];
            json.WriteStartObject();
            json.WriteString("series"u8, trend.Series);
            json.Write("start"u8, (double?)trend.Start);
            json.Write("end"u8, (double?)trend.End);
            json.Write("windowSeconds"u8, (TimeSpan?)trend.Window);
            json.Write("perHour"u8, (double?)trend.PerHour);
            json.Write("perHourLow"u8, (double?)trend.PerHourLow);
            json.Write("perHourHigh"u8, (double?)trend.PerHourHigh);
            json.Write("confidence"u8, (double?)trend.Confidence);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    public static void Suspects(Utf8JsonWriter json, ReportFacts facts)
    {
        json.WriteStartArray();
        IReadOnlyList<ReportedSuspect> suspects = facts.Suspects;
        for (int i = 0; i < suspects.Count; i++)
        {
            ReportedSuspect suspect = suspects[i];
            json.WriteStartObject();
            json.WriteString("name"u8, suspect.Name);
            json.Write("retainedBytes"u8, suspect.RetainedBytes);
            json.Write("count"u8, suspect.Count);
            json.WriteString("countUnit"u8, suspect.CountUnit);
            json.Write("growthShareRatio"u8, suspect.GrowthShareRatio);
            json.Write("nextStep"u8, suspect.NextStep);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    public static void Memory(Utf8JsonWriter json, ReportFacts facts)
    {
        if (facts.Sample is not { } sample)
        {
            json.WriteNullValue();
            return;
        }

        MemoryUsage usage = MemoryUsage.Of(sample);
        json.WriteStartObject();
        json.Write("elapsedSeconds"u8, (TimeSpan?)sample.Elapsed);
        json.Write("usedBytes"u8, usage.UsedBytes);
        json.Write("limitBytes"u8, usage.LimitBytes);
        json.Write("headroomBytes"u8, usage.HeadroomBytes);
        json.Write("workingSetBytes"u8, sample.WorkingSetBytes);
        json.Write("anonymousBytes"u8, sample.AnonymousBytes);
        json.Write("sharedMemoryBytes"u8, sample.SharedMemoryBytes);
        json.Write("fileBytes"u8, sample.FileBytes);
        json.Write("unmanagedBytes"u8, sample.UnmanagedBytes);
        json.Write("containerUsageBytes"u8, sample.ContainerUsageBytes);
        json.Write("heapSizeBytes"u8, sample.HeapSizeBytes);
        json.Write("fragmentedBytes"u8, sample.FragmentedBytes);
        json.Write("gen2LiveBytes"u8, sample.Gen2LiveBytes);
        json.Write("totalMemoryBytes"u8, sample.TotalMemoryBytes);
        json.Write("totalCommittedBytes"u8, sample.TotalCommittedBytes);
        json.Write("totalAllocatedBytes"u8, sample.TotalAllocatedBytes);
        json.Write("timerCount"u8, sample.TimerCount);
        json.Write("assemblyCount"u8, sample.AssemblyCount);
        json.Write("finalizerLagSeconds"u8, sample.FinalizerLag);
        json.Write("memoryStallSeconds"u8, sample.MemoryStallDuration);
        json.WriteEndObject();
    }

    public static void Ledger(Utf8JsonWriter json, ReportFacts facts)
    {
        if (facts.Sample?.Ledger is not { } ledger)
        {
            json.WriteNullValue();
            return;
        }

        json.WriteStartObject();
        json.Write("elapsedSeconds"u8, (TimeSpan?)ledger.Elapsed);
        json.Write("gcHeapBytes"u8, ledger.GCHeapBytes);
        json.Write("nativeAllocatedBytes"u8, ledger.NativeAllocatedBytes);
        json.Write("nativeFreeBytes"u8, ledger.NativeFreeBytes);
        json.Write("otherAnonymousBytes"u8, (long?)ledger.OtherAnonymousBytes);
        json.Write("sharedMemoryBytes"u8, (long?)ledger.SharedMemoryBytes);
        json.Write("fileBytes"u8, (long?)ledger.FileBytes);
        json.Write("workingSetBytes"u8, (long?)ledger.WorkingSetBytes);
        json.WriteBoolean("isNativeCut"u8, ledger.IsNativeCut);
        json.WriteEndObject();
    }

    public static void Limits(Utf8JsonWriter json, ReportFacts facts)
    {
        if (facts.Limits is not { } limits)
        {
            json.WriteNullValue();
            return;
        }

        json.WriteStartObject();
        json.Write("memoryLimitBytes"u8, limits.MemoryLimitBytes);
        json.WriteBoolean("isMemoryLimitKnown"u8, limits.IsMemoryLimitKnown);
        json.Write("heapLimitBytes"u8, limits.HeapLimitBytes);
        json.WriteString("heapLimitOrigin"u8, limits.HeapLimitOrigin);
        json.WriteStartArray("findings"u8);
        for (int i = 0; i < limits.Findings.Count; i++)
        {
            (JsonEncodedText rule, JsonEncodedText severity, JsonEncodedText fact, JsonEncodedText setting) = limits.Findings[i];
            json.WriteStartObject();
            json.WriteString("rule"u8, rule);
            json.WriteString("severity"u8, severity);
            json.WriteString("fact"u8, fact);
            json.WriteString("setting"u8, setting);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    public static void Alerts(Utf8JsonWriter json, ReportFacts facts)
    {
        json.WriteStartArray();
        IReadOnlyList<ReportedAlert> alerts = facts.Alerts;
        for (int i = 0; i < alerts.Count; i++)
        {
            ReportedAlert alert = alerts[i];
            json.WriteStartObject();
            json.Write("elapsedSeconds"u8, (TimeSpan?)alert.Elapsed);
            json.WriteString("problem"u8, alert.Problem);
            json.WriteString("stage"u8, alert.Stage);
            json.WriteString("message"u8, alert.Message);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    public static void PreviousRun(Utf8JsonWriter json, ReportFacts facts)
    {
        if (facts.PreviousRun is not { } run)
        {
            json.WriteNullValue();
            return;
        }

        json.WriteStartObject();
        json.WriteString("end"u8, run.End);
        json.WriteString("message"u8, run.Message);
        json.Write("processId"u8, run.ProcessId);
        json.Write("lastSeenAt"u8, run.LastSeenAt);
        json.Write("uptimeSeconds"u8, run.Uptime);
        json.Write("exitCode"u8, run.ExitCode);
        json.Write("usedBytes"u8, run.UsedBytes);
        json.Write("limitBytes"u8, run.LimitBytes);
        json.Write("problem"u8, run.Problem);
        json.Write("suspect"u8, run.Suspect);
        json.WriteEndObject();
    }

    public static void Exception(Utf8JsonWriter json, ReportedException? exception)
    {
        if (exception is null)
        {
            json.WriteNullValue();
            return;
        }

        json.WriteStartObject();
        json.WriteString("type"u8, exception.Type);
        json.WriteStartArray("stack"u8);
        for (int i = 0; i < exception.Stack.Count; i++)
        {
            json.WriteStringValue(exception.Stack[i]);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
