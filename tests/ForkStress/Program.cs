using ForkStress;

// Captures the heap from frozen copies while threads change it, and compares each capture with what is known of it.
//   ForkStress all [captures]       every mode, each in a process of its own
//   ForkStress MODE captures        one mode in this process, whose settings the caller has made
//   ForkStress compare              a quiet heap, read in both ways
//   ForkStress limit BYTES PERCENT [traffic] [fork]  a leak that has filled that much of the memory group that the caller has made, beside four busy threads or ordinary requests, at the default options or by a copy
//   ForkStress large                a gigabyte in 100,000 arrays, at the default options
// Exit code 0: no wrong graph, no failed capture, no child left, no descriptor leaked.
if (args is ["all", ..])
{
    return await Modes.RunAllAsync(args.Length > 1 ? args[1] : "50");
}

if (args is ["compare"])
{
    return Comparison.Run();
}

if (args is ["large"])
{
    return LargeHeap.Run();
}

if (args is ["limit", { } bytes, { } percent, ..])
{
    return NearLimit.Run(long.Parse(bytes, System.Globalization.CultureInfo.InvariantCulture), int.Parse(percent, System.Globalization.CultureInfo.InvariantCulture), args.Contains(Modes.Traffic) ? Modes.Traffic : "workstation", args.Contains("fork"));
}

if (args is not [{ } mode, { } count] || !int.TryParse(count, out int captures))
{
    await Console.Error.WriteLineAsync("ForkStress all [captures] | ForkStress MODE captures | ForkStress compare | ForkStress large | ForkStress limit BYTES PERCENT [traffic] [fork]");
    return 2;
}

return new StressRun(mode, captures).Run();
