return await Sheaf.Database.DatabaseProcess.RunAsync(args);
