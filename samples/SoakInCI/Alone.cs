// What is measured is the process's: no two of these at once, and no other tests in this project.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
