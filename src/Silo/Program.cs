return await Sheaf.Silo.SiloProcess.RunAsync(args);
