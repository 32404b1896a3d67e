return await Sheaf.Client.ClientProcess.RunAsync(args);
