// The parts of Kubernetes objects that squall writes. Names are those of the Kubernetes API.

export type Labels = Readonly<Record<string, string>>;

export interface Metadata {
  readonly name: string;
  readonly namespace?: string;
  readonly labels: Labels;
}

/** An amount of a resource, such as `512Mi` or `1`. */
interface Resources {
  readonly requests: Readonly<Record<'cpu' | 'memory', string>>;
  readonly limits: Readonly<Record<'memory', string>>;
}

/** A variable of a container's environment, from a key of a Secret. */
interface EnvironmentVariable {
  readonly name: string;
  readonly valueFrom: {
    readonly secretKeyRef: { readonly name: string; readonly key: string; readonly optional?: boolean };
  };
}

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly imagePullPolicy: 'IfNotPresent';
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly workingDir?: string;
  readonly ports?: readonly { readonly name: string; readonly containerPort: number }[];
  readonly env?: readonly EnvironmentVariable[];
  readonly resources: Resources;
  readonly readinessProbe?: { readonly tcpSocket: { readonly port: string }; readonly periodSeconds: number };
  readonly securityContext: ContainerSecurity;
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string; readonly readOnly?: boolean }[];
}

interface ContainerSecurity {
  readonly allowPrivilegeEscalation: false;
  readonly readOnlyRootFilesystem: true;
  readonly capabilities: { readonly drop: readonly ['ALL'] };
}

interface PodSecurity {
  readonly runAsNonRoot: true;
  readonly runAsUser: number;
  readonly runAsGroup: number;
  readonly fsGroup: number;
  readonly fsGroupChangePolicy: 'OnRootMismatch';
  readonly seccompProfile: { readonly type: 'RuntimeDefault' };
}

export type Volume = { readonly name: string } & (
  | { readonly emptyDir: { readonly sizeLimit: string } }
  | { readonly configMap: { readonly name: string } }
  | { readonly secret: { readonly secretName: string } }
  | { readonly persistentVolumeClaim: { readonly claimName: string } }
);

interface SpreadConstraint {
  readonly maxSkew: number;
  readonly topologyKey: string;
  readonly whenUnsatisfiable: 'ScheduleAnyway';
  readonly labelSelector: { readonly matchLabels: Labels };
}

export interface PodSpec {
  readonly restartPolicy?: 'Never';
  readonly terminationGracePeriodSeconds: number;
  readonly automountServiceAccountToken: false;
  readonly enableServiceLinks: false;
  readonly securityContext: PodSecurity;
  readonly topologySpreadConstraints?: readonly SpreadConstraint[];
  readonly initContainers?: readonly Container[];
  readonly containers: readonly [Container];
  readonly volumes: readonly Volume[];
}

export interface PodTemplate {
  readonly metadata: { readonly labels: Labels };
  readonly spec: PodSpec;
}

type FailureRule =
  | {
      readonly action: 'FailIndex' | 'FailJob';
      readonly onExitCodes: {
        readonly containerName: string;
        readonly operator: 'In' | 'NotIn';
        readonly values: readonly number[];
      };
    }
  | {
      readonly action: 'FailIndex';
      readonly onPodConditions: readonly { readonly type: 'DisruptionTarget'; readonly status: 'True' }[];
    };

interface JobSpec {
  readonly completionMode?: 'Indexed';
  readonly completions?: number;
  readonly parallelism?: number;
  /** 0: a failed pod is never replaced */
  readonly backoffLimit?: 0;
  /** 0: a failed pod of an index is never replaced */
  readonly backoffLimitPerIndex?: 0;
  readonly podFailurePolicy?: { readonly rules: readonly FailureRule[] };
  readonly activeDeadlineSeconds: number;
  readonly template: PodTemplate;
}

interface Base<Version extends string, Kind extends string> {
  readonly apiVersion: Version;
  readonly kind: Kind;
  readonly metadata: Metadata;
}

export interface ConfigMap extends Base<'v1', 'ConfigMap'> {
  readonly data: Readonly<Record<string, string>>;
}

export interface Secret extends Base<'v1', 'Secret'> {
  readonly type: 'Opaque';
  readonly stringData: Readonly<Record<string, string>>;
}

export interface Job extends Base<'batch/v1', 'Job'> {
  readonly spec: JobSpec;
}

export interface Pod extends Base<'v1', 'Pod'> {
  readonly spec: PodSpec;
}

export interface Deployment extends Base<'apps/v1', 'Deployment'> {
  readonly spec: {
    readonly replicas: 1;
    readonly strategy: { readonly type: 'Recreate' };
    readonly selector: { readonly matchLabels: Labels };
    readonly template: PodTemplate;
  };
}

export interface Service extends Base<'v1', 'Service'> {
  readonly spec: {
    readonly selector: Labels;
    readonly ports: readonly { readonly name: string; readonly port: number; readonly targetPort: string }[];
  };
}

export interface PersistentVolumeClaim extends Base<'v1', 'PersistentVolumeClaim'> {
  readonly spec: {
    readonly accessModes: readonly ['ReadWriteOnce'];
    readonly resources: { readonly requests: { readonly storage: string } };
  };
}

export interface NetworkPolicy extends Base<'networking.k8s.io/v1', 'NetworkPolicy'> {
  readonly spec: {
    readonly podSelector: { readonly matchLabels: Labels };
    readonly policyTypes: readonly ['Ingress'];
    readonly ingress: readonly {
      readonly from: readonly { readonly podSelector: { readonly matchLabels: Labels } }[];
      readonly ports: readonly { readonly port: string }[];
    }[];
  };
}

export type Manifest = ConfigMap | Secret | Job | Pod | Deployment | Service | PersistentVolumeClaim | NetworkPolicy;
