return MemGuard.Benchmarks.HotPaths.HotPathsProgram.Run(args);
