/** Where an engine puts a container below the root of a cgroup hierarchy, by its cgroup driver: cgroupfs or systemd. */
export const CGROUP_PLACES = [(id: string) => `docker/${id}`, (id: string) => `system.slice/docker-${id}.scope`] as const;
