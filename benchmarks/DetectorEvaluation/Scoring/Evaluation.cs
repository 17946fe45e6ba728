using DetectorEvaluation.Baselines;
using DetectorEvaluation.Simulation;
using MemGuard.Sampling;
using MemGuard.Trends;
using MemGuard.Triage;

namespace DetectorEvaluation.Scoring;

/// <summary>Runs one simulated service past MemGuard and the baselines.</summary>
internal static class Evaluation
{
    public const string MemGuardName = "MemGuard";

    public static List<RunOutcome> Run(string family, int seed, bool confirms, bool isBusy, bool isHard, Sensitivity sensitivity, TrendRules rules, bool withBaselines, string? holders, TrendTrace? trace = null)
    {
        ServiceSpec spec = Families.Create(family, seed, confirms, isBusy, isHard);
        SimulatedService service = new(spec, new Random(unchecked((seed * 31) + 7)));
        TrendDetector detector = new(new TrendSettings { ConfirmWithFullCollection = confirms, Sensitivity = sensitivity }, rules) { Trace = trace };
        SimulatedSnapshots? snapshots = holders is not null ? new SimulatedSnapshots(spec, service, new Random(unchecked((seed * 131) + family.Length)), isBounded: holders == "bounded") : null;
        Baseline[] baselines = withBaselines ? [new SlopeAndR2(), new MannKendallSen(), new FiveRising(), new PredictLinear(), new PercentOfLimit()] : [];
        EpisodeCounter[] episodes = [.. baselines.Select(_ => new EpisodeCounter())];
        EpisodeCounter own = new();
        RunOutcome outcome = new(family, seed, MemGuardName, spec.Truth, 0);
        List<RunOutcome> outcomes = [outcome, .. baselines.Select(b => new RunOutcome(family, seed, b.Name, spec.Truth, 0))];
        double onset = spec.Onset;
        FullCollectionBudget budget = new();
        MemoryDiagnosis? diagnosis = null;
        TrendReport? report = null;
        bool wasSuspected = false;
        double time = 0;
        double forecastAt = 0;
        double forecast = double.NaN;
        foreach (MemorySample sample in service.Run())
        {
            time = sample.Elapsed.TotalSeconds;
            if (snapshots?.TryAnswer(time, out IReadOnlyList<HeldPlace> places) == true)
            {
                detector.TellHolder(places);
            }

            TrendReport next = detector.Observe(sample);
            if (!ReferenceEquals(next, report))
            {
                report = next;
                diagnosis = MemoryTriage.Diagnose(report, new TriageSettings());
            }

            if (report.WantsFullCollection && budget.TryTake(sample.Elapsed, report.Growth?.Forecast?.Best, sample.HeapSizeBytes))
            {
                service.CollectFully();
                outcome.Collections++;
            }

            if (snapshots is not null && report.WantsHolder)
            {
                detector.AskForHolder();
                snapshots.Ask(time);
            }

            bool isGrowth = diagnosis!.Problem is MemoryProblem.ManagedLeak or MemoryProblem.UnmanagedGrowth or MemoryProblem.HeapFragmentation;
            bool isSuspected = isGrowth && !diagnosis.IsConfirmed;
            outcome.Suspicions += isSuspected && !wasSuspected ? 1 : 0;
            if (isSuspected && !wasSuspected)
            {
                outcome.Note += FormattableString.Invariant($"(S {time / 3600:0.00}h {report.Growth?.Series} {diagnosis.Reason}) ");
            }

            wasSuspected = isSuspected;

            // The end of a leak is thrashing too: only where nothing leaks, and where it is the truth, does it count.
            bool isThrash = diagnosis.Problem == MemoryProblem.GCThrash && (time < onset || spec.Kinds.Contains(MemoryProblem.GCThrash) || !outcome.IsLeak);
            if (own.IsNew(time, (isGrowth || isThrash) && diagnosis.IsConfirmed))
            {
                Alarm(outcome, spec, time, diagnosis.Problem);
                outcome.Note += FormattableString.Invariant($"[{time / 3600:0.00}h {diagnosis.Problem} {report.Growth?.Rule}: {diagnosis.Reason}] ");
                if (outcome.DetectedAt == time)
                {
                    forecastAt = time;
                    forecast = diagnosis.TimeToLimit?.TotalSeconds ?? double.NaN;
                }
            }

            for (int i = 0; i < baselines.Length; i++)
            {
                if (episodes[i].IsNew(time, baselines[i].Observe(sample)))
                {
                    Alarm(outcomes[i + 1], spec, time, MemoryProblem.None);
                }
            }
        }

        outcome.OpenSuspicions = wasSuspected && !outcome.IsLeak ? 1 : 0;
        double limitAt = TimeOfLimit(spec, service, time);
        if (!double.IsNaN(forecast))
        {
            outcome.ForecastRatio = forecast / Math.Max(1, limitAt - forecastAt);
        }

        bool hasWay = spec.Leak is not null && !Families.HasNoLimit(family);
        outcome.TimeToLimit = hasWay ? limitAt - onset : null;
        outcome.Onset = onset;
        outcome.Snapshots = snapshots?.Taken ?? 0;
        for (int i = 0; i < outcomes.Count; i++)
        {
            outcomes[i] = outcomes[i] with { Days = time / 86400 };
            if (outcomes[i].DetectedAt is double detected && hasWay)
            {
                outcomes[i].Latency = (detected - onset) / Math.Max(1, limitAt - onset);
            }
        }

        return outcomes;
    }

    private static void Alarm(RunOutcome outcome, ServiceSpec spec, double time, MemoryProblem kind)
    {
        // What a job before the leak set off is false and finds nothing; another kind than the true one is as false.
        if (time < spec.Onset || (kind != MemoryProblem.None && !spec.Kinds.Contains(kind)))
        {
            outcome.FalseAlarms++;
        }
        else if (outcome.DetectedAt is null)
        {
            outcome.DetectedAt = time;
            outcome.Kind = kind;
        }
    }

    /// <summary>When the limit was reached or, as the leak goes on, would have been.</summary>
    private static double TimeOfLimit(ServiceSpec spec, SimulatedService service, double end)
    {
        if (double.IsFinite(service.LimitReachedAt) || spec.Leak is not Leak first)
        {
            return service.LimitReachedAt;
        }

        if (first.IsAccelerating)
        {
            return first.Onset + first.SecondsUntil(first.Bytes + service.Room);
        }

        double rate = spec.Parts.OfType<Leak>().Sum(leak => leak.Bytes / Math.Max(1, Math.Min(end, leak.End) - leak.Onset));
        return end + (service.Room / Math.Max(1, rate));
    }
}
