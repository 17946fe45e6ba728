// Meters, listeners and the structures' logger are the process's: one test at a time.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
