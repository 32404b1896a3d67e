FROM test/base
COPY dotnet /usr/share/dotnet
RUN ln -s /usr/share/dotnet/dotnet /usr/bin/dotnet
# A build has no network here: the packages that this machine has restored are all that there are.
COPY packages /packages
ENV NUGET_PACKAGES=/packages DOTNET_RUNNING_IN_CONTAINER=true DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1 DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 NuGetAudit=false
RUN mkdir -p "$HOME/.nuget/NuGet" \
 && echo '<configuration><packageSources><clear/><add key="restored" value="/packages"/></packageSources></configuration>' >"$HOME/.nuget/NuGet/NuGet.Config"
