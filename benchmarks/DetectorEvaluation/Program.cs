using DetectorEvaluation;
using MemGuard.Sampling;
using MemGuard.Trends;
using MemGuard.Triage;

foreach (string path in args)
{
    TrendDetector detector = new(new TrendSettings());
    string last = "";
    Console.WriteLine($"== {Path.GetFileNameWithoutExtension(path)}");
    double end = 0;
    foreach (MemorySample sample in CsvSeries.Read(path))
    {
        end = sample.Elapsed.TotalSeconds;
        MemoryDiagnosis diagnosis = MemoryTriage.Diagnose(detector.Observe(sample), new TriageSettings());
        string now = $"{diagnosis.Problem} {(diagnosis.Problem == MemoryProblem.None ? "" : diagnosis.IsConfirmed ? "Confirmed" : "Suspected")}";
        if (now != last)
        {
            Console.WriteLine($"  {end,7:0.0} {now}: {diagnosis.Reason}");
            last = now;
        }
    }

    Console.WriteLine($"  {end,7:0.0} end");
}

return 0;
