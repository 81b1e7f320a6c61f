"""Words that no general dictionary has and that are right: the trade's own vocabulary.

Only words that lie one letter from a common word need to stand here (`linter` from `liner`,
`stdin` from `stain`): the others are never taken for a misspelling. And the misspellings that
are so common that frequency lists and dictionaries hold them.
"""

from __future__ import annotations

_JARGON = """
    abi acks addr admin aggregator alertmanager alnum alpine analytics ansible apis appender
    approver argc args argv ascii asserter assertj async asyncio attr attrs authn authz autoconf
    autoscale autoscaler autoscaling autowire autowired avro azure backend backends backlink
    backoff backport backporting backpressure bazel behaviour benchmarking bigint bindable binlog
    bitmask bitrate bitwise blacklist blob blobs boolean booleans bools bootstrapped boto
    branchless broadcaster brokered btrfs bucketing buildpack builtin bytecode cacheable cadvisor
    calico canary cassandra catchable ceph cephfs certbot cgroup cgroups chainable changelog
    changeset charset chars checksum checksums chmod choreographed chown chroot chunked chunking
    cilium classpath classloader cleanup cli cloneable codebase codec codecs coder codepoint
    coerce collator colocate colocated commenter committer committers compat compilers composable
    conda config configs configmap connector consensual const consts constructor constructors
    containerd containerize containerized contention coroutine coroutines corpora couchbase
    couchdb covariant crawler cron cronjob cronjobs crypto ctor ctrl curated curried currying
    customizer cython daemon daemons daemonset daemonsets darwin dataclass datacenter datacenters
    dataflow dataframe datagram datagrams datalog dataset datasets datasource datastore datatype
    deadlock deadlocks debounce debug debugger debuggers declarative decoder decoders decoupled
    dedup dedupe deduplicate deduplicated deduplication defer deferrable defrag deletable delim
    demultiplex denormalize denormalized denormalization dependents deploy deployable deployer
    deprecate deprecated deprecates deque dereference dereferences deserialize deserialized
    deserializer desugar devops dhcp dialer dict dicts diff diffs digester dispatcher dispatchers
    dists distro distros django dll dnsmasq dockerfile dockerize docstring docstrings dotfile
    downcast downlink downsample downstreams downtime driverless durability ebpf eager ecma edn
    elasticsearch elixir emitter emitters emptydir encapsulate encoder encoders endian endianness
    endpoint endpoints enqueue ent entrypoint enum enums envelop envoy ephemeral epoch epoll
    equals erlang etcd eval evals evictor exabyte executable executables executor executors
    expander exporter exporters extensibility extern failback failfast failover falco falsy
    fanout fetcher fieldset filesystem filesystems filterer finalizer finalizers firmware fission
    fixup flannel flatmap flattener flink float floats flocker fluentd flume foldable foo footer
    footgun foreach fork formatter formatters fortran foundational framebuffer freeable frontend
    frontends fsync func functor functors fuzzer fuzzing gater gatling gets getter getters gherkin
    git gitter github gitlab gitrepo glob globbing glusterfs gnome gofmt golang goroutine
    goroutines gradle grafana granularity graphviz greenlet grep groovy groupby grpc grunt gunicorn
    gzip hackable hadoop handler handlers haproxy hardcode hardcoded hardcoding hasher hashable
    hashcode hashmap haskell hazelcast hbase heapify helm heroku heuristic hexdump hibernate
    highlighter hoist hook hooks hoster hostname hostnames hostpath hotfix hotspot hprof htdocs
    html http httpd https hypermedia hypervisor hypervisors idempotence idempotency idempotent
    idiomatic iframe immutability immutable imperative impl implementer indexable indexer indexers
    indices inferencing ingester ingestion inheritable initializer initializers injectable inliner
    inlining inode inodes inotify instantiable instantiate instantiated instantiates instantiation
    integrations interceptor interceptors interned interop interoperate interoperability
    interpolate interpolated interpreter interpretive introspect introspection invariant
    invariants inverter invocable invoker iops iptables ipvs iscsi istio iterable iterables
    iterator iterators jaeger jasmine javac javadoc javascript jenkins jetty jira jinja jdbc jmeter
    joiner joomla jpa json jsonp julia junit jupyter jvm kafka kanban karma kernel kernels keras
    keyset keyspace keystore keyword keywords kibana kinesis kotlin kube kubeadm kubectl kubelet
    kubelets kubernetes lambda lambdas laravel latencies lax leaderless lexer lexers libc lifecycle
    linearizable linearizability linter linters linting linux literals liveness loader loaders
    localhost lodash logback logfile logger loggers login logout logstash lookup lookups loopback
    lossless lossy lua lucene luks lvm macro macros makefile mapper mappers mapreduce mariadb
    markdown marshaller marshalling masterless matcher matchers matplotlib maven mbean mbeans
    memcache memcached memoize memoized memoization memory merger mesos metaclass metadata
    metaprogramming metastore microbenchmark microkernel microservice microservices middleware
    migrator miner minifier minify minikube mixin mixins mkdir mocha mocker mockito mocking modulo
    monad monads mongo mongodb monorepo mqtt multicast multicore multiplexed multiplexer
    multiplexing multitenancy multitenant mutable mutability mutator mutators mutex mutexes mypy
    mysql namespace namespaced namespaces nats netcat netty neural nginx nfs nic node nodeport
    nodes nonce noop normalizer nosql nullable nullptr numpy oauth observability observable
    observables offboard offline offload offloaded offloading okhttp oltp olap onboard onboarding
    opacity opcode opcodes openapi openshift openstack operand operands optimizer optimizers orm
    orthogonality outlier outliers overcommit overcommitted overfit overfitting overlay overlays
    overload overloads overprovision overridable overrides packager packagers packer pageable
    pager pagination pandas parallelism parallelize param params parametrize parsable parse parsed
    parser parsers parses parsing partitioner passthrough passwd patcher pathname pbft peering perl
    persister petabyte petabytes phaser php pickler pinger pipe pipelined pipelining plaintext
    playbook playbooks pluggable plugin plugins pod podman pods pojo pojos poller polyfill
    polyglot polymorphic polymorphism popover portable postfix postgres postgresql postman
    preemptible preemption prefetch prefetching preflight prefork prefs preload prepend prepended
    prepending prepends presto primitives printf processor processors producible profiler
    programmatically prometheus promisify proto protobuf protocol prototypal provisioner
    provisioners proxied proxies proxying pseudo pubsub puppeteer pylint pypi pytest python pytorch
    quantifiable quantile quantiles queryable queue queued queues queuing quiesce quobyte quorum
    quorums quoter raft raid rbac rbd rebalance rebalances rebalancing rebase rebased rebasing
    reconcile reconciler recoverable recurse recursion redelivered redelivery redeploy redeployed
    redirection redis redux reentrant refactor refactored refactoring refactorings refcount
    referencer referrer regex regexes regexp registrar rehash reindex reindexing reliability
    remoting renderer renderers replayable replica replicas replicaset replicator repo repos
    reschedule rescheduled resharding resizable resolver resolvers responder restful restarter
    retention retriable retries retry retryable reusability reusable rollback rollbacks rollout
    rollouts rollup roundtrip routable router routers rpc rst rsync rubocop ruby runnable runnables
    runtime runtimes rust rvalue saga sagas salting sandboxed sandboxing scala scalability scalable
    scaler schedulable scheduler schedulers schema schemas scikit scipy scraper scrum sdks
    searchable seaborn selectable selenium selinux semver serde serializable serializability
    serialize serialized serializer serializers serializes serverless service servlet servlets
    setter setters setuid sharded sharding shards shader shaders shim shuffler sidecar sidecars
    signup singleton singletons skaffold slf4j sniffer sockets sonar spawner specifier specifiers
    spinner splitter spyware sqlite squid ssd ssh stateful statefulness statefulset statefulsets
    stateless statelessness statsd stderr stdin stdlib stdout storable storages storer strace
    strategy streamer stringify struct structs stubbed stubbing subclass subclasses subclassing
    subcommand subdirectory subdomain subgraph subnet subnets subprocess subprocesses subquery
    subqueries subresource subscriber subset subsetting subtree subtype subtypes subtyping sudo
    suffixes supertype svelte swappable swappiness swarm symlink symlinks syncer sysadmin syscall
    syscalls syscalls sysctl syslog systemd tableau tagger tail tagless tcpdump teardown telnet
    templating tensor tensorflow terraform testability testable testng thin threaded threading
    throughput throttled throttler throttling thrift thunk ticker timeout timeouts timestamp
    timestamps timezone timezones tmpfs tmux tokenize tokenized tokenizer tokenizers toleration
    tolerations tombstone tombstones tomcat toml toolchain toolkits tooltip topologies tracer
    traceback tracebacks tracer tracers tradeoff tradeoffs transactional transcoder transducer
    transpile transpiled transpiler traversable trie tries truthy tunable tuple tuples typechecker
    typeof typer typesafe typescript ubuntu udev ulimit umask unary unassign unboxed unboxing
    unbounded undeploy unfenced unicast unicode unikernel uniq unittest unix unmarshal unmarshaller
    unmount unmounted unordered unschedulable unset unsetting unshift untagged untyped upcast
    upgrader upload uploader upsert upserts uptime urls usability userland username usernames
    userspace utf util utils vagrant validator validators vanilla varargs varchar vendoring
    verifier versioned versioning veth viewport virtualenv virtualized virtualizer visitor vlan
    vm vms volatile vpc vsphere wal watcher watchers watermarking webapp webapps webassembly
    webhook webhooks webpack webserver weblogic websocket websockets webview whitelist wikis
    wildcard wildcards wildfly wiremock wrapper wrappers writable writeable xml xpath xslt yaml
    yarn yum zabbix zipkin zookeeper
    acpid indep misc vfat suid sgid autofs grub init pid pids suffix sysinit dgit tls ssl
    parsea parsear parsee parseo parsing renderiza renderizado renderizar renderizan testea
    testear testeo testing loguear logueo loguea deployar desplegable cachea cachear cacheado
    cachés compilable configurable contenerizar contenerizado dockerizar enrutador enrutadores
    enrutamiento escalabilidad escalable formatear formateo hashear instancia instanciar
    instanciado instancias iterable iterador iteradores mapeado mapear mapeo mockear monitoriza
    monitorizar mutabilidad mutable inmutable inmutabilidad parametrizar parametrizado
    paralelizar particionado particionar persistible polimorfismo polimórfico refactorizar
    refactorización reutilizable serializable serializar serialización sobrecarga tokenizar
    virtualizar virtualización asíncrono asíncrona síncrono síncrona acoplamiento desacoplar
    desacoplado encapsular encapsulamiento invocable booleano booleana booleanos píxel píxeles
    renderitza renderitzar testejar desplegament desplegaments encaminador encaminadors
    encaminament escalabilitat escalable iterador iteradors instanciar mutabilitat immutable
    immutabilitat parametritzar polimorfisme refactoritzar reutilitzable serialitzar
    serialització tokenitzar virtualitzar virtualització asíncron asíncrona síncron acoblament
    desacoblar encapsular booleà booleana booleans
"""
JARGON = frozenset(_JARGON.split())

_EN = """
bythe:by_the fromthe:from_the withthe:with_the atthe:at_the ofthis:of_this inthis:in_this
canbe:can_be tobe:to_be thatis:that_is whichis:which_is
inthe:in_the ofthe:of_the tothe:to_the onthe:on_the isthe:is_the forthe:for_the andthe:and_the
itis:it_is
absense:absence accomodate:accommodate accomodates:accommodates accross:across acheive:achieve
acheived:achieved acheives:achieves acording:according adddress:address addres:address
adress:address adresses:addresses agressive:aggressive alot:a_lot alredy:already allready:already
alway:always anwser:answer aplication:application aplications:applications apparantly:apparently
appart:apart archtecture:architecture architechture:architecture arguement:argument
arguements:arguments assymetric:asymmetric asyncronous:asynchronous availabe:available
availible:available avaliable:available aviable:available basicly:basically becasue:because
becuase:because beacuse:because becouse:because begining:beginning beggining:beginning
beleive:believe beetween:between betwen:between bewteen:between buisness:business
catagory:category cluser:cluster comand:command comands:commands comming:coming commited:committed
commiting:committing comunicate:communicate comunication:communication comunity:community
comparision:comparison compatability:compatibility completly:completely concious:conscious
conection:connection consistant:consistent containes:contains containg:containing
contructor:constructor contoller:controller controler:controller convertion:conversion
corect:correct correctely:correctly curently:currently databse:database defination:definition
definately:definitely definitly:definitely deafult:default defualt:default defered:deferred
dependancies:dependencies dependancy:dependency dependecies:dependencies dependecy:dependency
deploment:deployment desgin:design descibe:describe descibes:describes desciption:description
diffrent:different diferent:different differnt:different diference:difference
diferences:differences differece:difference difficut:difficult dinamic:dynamic direcly:directly
directoy:directory discribe:describe discribes:describes disapear:disappear dont:don't
doesnt:doesn't didnt:didn't isnt:isn't arent:aren't effecient:efficient eficient:efficient
embeded:embedded enviorment:environment enviornment:environment enviroment:environment
enviroments:environments equivelent:equivalent especialy:especially exapmle:example
exmaple:example excecute:execute excecuted:executed excecution:execution excution:execution
execept:except excpet:except existance:existence existant:existent experiance:experience
explaination:explanation explicitely:explicitly extention:extension extentions:extensions
familar:familiar finaly:finally flexability:flexibility follwing:following folowing:following
foward:forward forwared:forwarded framwork:framework fuction:function funtion:function
funtions:functions fucntion:function functionallity:functionality generaly:generally
gaurantee:guarantee garantee:guarantee guarentee:guarantee guarenteed:guaranteed happend:happened
heigth:height heirarchy:hierarchy hierachy:hierarchy hierarcy:hierarchy imediately:immediately
immediatly:immediately implemenation:implementation implementaion:implementation
implemention:implementation implmentation:implementation improvment:improvement incase:in_case
independant:independent independantly:independently inheritence:inheritance inital:initial
initalize:initialize instace:instance instaces:instances instaled:installed
instalation:installation intead:instead insted:instead interupt:interrupt interupted:interrupted
intereface:interface inteface:interface interfce:interface intefaces:interfaces interator:iterator
knowlege:knowledge langauge:language languaje:language lenght:length libary:library
liberary:library librery:library lisence:license maintainance:maintenance maintenence:maintenance
managment:management mechanim:mechanism mehtod:method methos:methods millenium:millennium
mispell:misspell mispelled:misspelled modifer:modifier mutiple:multiple multple:multiple
neccesary:necessary neccessary:necessary necesary:necessary necessery:necessary nededed:needed
noticable:noticeable nubmer:number obejct:object ojbect:object occassion:occasion
occassionally:occasionally occasionaly:occasionally occurance:occurrence occurences:occurrences
occurence:occurrence occured:occurred occuring:occurring occurrance:occurrence ocurr:occur
ocurred:occurred ocurrs:occurs ommit:omit ommited:omitted oportunity:opportunity orignal:original
orginal:original ouput:output outptu:output overriden:overridden overidden:overridden
paramter:parameter paramters:parameters paramater:parameter paralel:parallel parrallel:parallel
parallell:parallel perfomance:performance performace:performance peformance:performance
permision:permission permisions:permissions persistance:persistence persistant:persistent
posible:possible posibility:possibility possiblity:possibility posibilities:possibilities
precedance:precedence preceeding:preceding prefered:preferred prefering:preferring
preffered:preferred presense:presence primative:primitive privelege:privilege priviledge:privilege
priviledges:privileges probaly:probably probelm:problem proccess:process proccesses:processes
proces:process programing:programming propery:property propertys:properties propogate:propagate
propogation:propagation prupose:purpose pourpose:purpose purpouse:purpose publically:publicly
qeury:query querys:queries reccomend:recommend recomend:recommend recomended:recommended
reccommend:recommend recieve:receive recieved:received reciever:receiver recieves:receives
recieving:receiving recongize:recognize refered:referred refering:referring referes:refers
refernce:reference refrence:reference refernces:references relevent:relevant
reliabilty:reliability repositry:repository repositary:repository requiers:requires
requried:required resouce:resource resouces:resources resourse:resource resourses:resources
responsability:responsibility responsabilities:responsibilities responsable:responsible
responsiblity:responsibility reponse:response reponsible:responsible resiliant:resilient
retreive:retrieve retreived:retrieved retreival:retrieval retrun:return reutrn:return
runing:running scedule:schedule secuence:sequence securty:security seperate:separate
seperated:separated seperately:separately seperates:separates seperation:separation
seperator:separator sequencial:sequential serivce:service serivces:services servce:service
servises:services shoud:should shoudl:should sholud:should significat:significant similiar:similar
simmilar:similar simultaneosly:simultaneously sincronize:synchronize specifc:specific
specifed:specified spesific:specific speficic:specific stategy:strategy stragegy:strategy
strenght:strength stoped:stopped stoping:stopping strucutre:structure structue:structure
subscribtion:subscription succede:succeed succesful:successful succesfully:successfully
successfull:successful successfuly:successfully sucess:success suceed:succeed sucessful:successful
sucessfully:successfully sufficent:sufficient suport:support suports:supports supress:suppress
surpress:suppress surronding:surrounding syncronization:synchronization
synchronisity:synchronicity synchonous:synchronous syncronous:synchronous sytem:system
systme:system sysem:system teh:the tecnique:technique tecnology:technology
tecnologies:technologies technlogy:technology temporarly:temporarily tendancy:tendency
therfore:therefore thier:their threshhold:threshold throught:through tranform:transform
transfered:transferred transfering:transferring trafic:traffic truely:truly tyrany:tyranny
undestand:understand unecessary:unnecessary uneccessary:unnecessary unneccessary:unnecessary
unfortunatly:unfortunately unkown:unknown untill:until upto:up_to usally:usually usefull:useful
arquitecture:architecture arquitectures:architectures arquitectural:architectural payed:paid
proyect:project proyects:projects desadvantage:disadvantage desadvantages:disadvantages
inmutability:immutability inmediate:immediate inmediately:immediately caracteristic:characteristic
caracteristics:characteristics diferenciate:differentiate diferenciates:differentiates
objetive:objective objetives:objectives atribute:attribute atributes:attributes
algoritm:algorithm algoritms:algorithms algorythm:algorithm algorythms:algorithms sintax:syntax
sistem:system sistems:systems metod:method metods:methods mantain:maintain mantains:maintains
mantained:maintained mantaining:maintaining mantainable:maintainable mantainability:maintainability
mantenance:maintenance mantainance:maintenance efective:effective efectively:effectively
efect:effect efects:effects colection:collection colections:collections conect:connect
conects:connects conected:connected conecting:connecting disconect:disconnect aditional:additional
adition:addition procces:process proccessed:processed necesarily:necessarily
recomendation:recommendation recomendations:recommendations asociate:associate asociated:associated
asociation:association asign:assign asigned:assigned asignment:assignment asumption:assumption
automaticaly:automatically funcionality:functionality funcionalities:functionalities
inicialize:initialize initialice:initialize inicialization:initialization inyect:inject
inyected:injected inyection:injection instanciate:instantiate instanciated:instantiated
instanciates:instantiates instanciation:instantiation lenguage:language lenguages:languages
mesage:message mesages:messages mecanism:mechanism mecanisms:mechanisms ocurrence:occurrence
ocurrences:occurrences optimice:optimize pararel:parallel paralelism:parallelism patern:pattern
paterns:patterns polimorphism:polymorphism polimorfism:polymorphism precission:precision
propierty:property propierties:properties requeriment:requirement requeriments:requirements
resilence:resilience secuential:sequential statefull:stateful stateles:stateless
succesive:successive succesively:successively tecnical:technical tipical:typical
tipically:typically treshold:threshold comunicates:communicates
usualy:usually vaiable:variable varable:variable variabel:variable varient:variant verison:version
vesion:version visable:visible virutal:virtual whcih:which wich:which wihch:which whith:with
wiht:with writting:writing writen:written wheter:whether wath:what wher:where
"""
_ES = """
delas:de_las dela:de_la deuna:de_una deun:de_un enlos:en_los enlas:en_las enun:en_un enuna:en_una
conla:con_la conlos:con_los conlas:con_las conun:con_un conuna:con_una porla:por_la porlos:por_los
porlas:por_las queel:que_el quelos:que_los quelas:que_las quees:que_es quese:que_se alos:a_los
parael:para_el parala:para_la
enla:en_la enel:en_el delos:de_los conel:con_el porel:por_el sinembargo:sin_embargo osea:o_sea
linea:línea lenguages:lenguajes version:versión acesso:acceso
aplicacion:aplicación accesso:acceso asincrona:asíncrona asincrono:asíncrono asincronas:asíncronas
asincronos:asíncronos arquitetura:arquitectura arquitecura:arquitectura basicamente:básicamente
caracteristica:característica caracteristicas:características carateristicas:características
carateristica:característica codigo:código codigos:códigos compilacion:compilación
conjuncto:conjunto conección:conexión coneccion:conexión conexion:conexión contruir:construir
contructor:constructor dependecia:dependencia dependecias:dependencias desarollo:desarrollo
desarollar:desarrollar desarrolo:desarrollo difinición:definición dinamica:dinámica
dinamico:dinámico dinamicamente:dinámicamente direcion:dirección diseñño:diseño despues:después
ejecucción:ejecución ejecuccion:ejecución ejectuar:ejecutar ejcutar:ejecutar ejempo:ejemplo
ejmplo:ejemplo ejemlo:ejemplo enrrutador:enrutador entonses:entonces escencial:esencial
espesificar:especificar estructrua:estructura estrucutra:estructura exepcion:excepción
exepción:excepción excepcion:excepción explicitamente:explícitamente facil:fácil
facilmente:fácilmente funcionalidaes:funcionalidades fucnión:función funcion:función
generico:genérico implicitamente:implícitamente implementacion:implementación
inicializacion:inicialización interfase:interfaz informacion:información instalacion:instalación
jerarquia:jerarquía lineas:líneas lenguage:lenguaje logica:lógica logico:lógico memória:memoria
metodo:método metodos:métodos modulos:módulos maquina:máquina maquinas:máquinas multiplo:múltiplo
necesesario:necesario nesesario:necesario numero:número numeros:números objecto:objeto
objectos:objetos obejto:objeto operacion:operación parametro:parámetro parametros:parámetros
paquette:paquete patron:patrón pagina:página paginas:páginas peticion:petición posicion:posición
problmea:problema proceos:proceso proyeto:proyecto rapidamente:rápidamente rapido:rápido
rapida:rápida recurcion:recursión recurcivo:recursivo respuesa:respuesta sentecia:sentencia
seguiente:siguiente siguente:siguiente siguentes:siguientes sincrona:síncrona sincrono:síncrono
sintaxys:sintaxis sitema:sistema sistmea:sistema solucion:solución tambien:también tamibén:también
tabien:también tecnologia:tecnología teoria:teoría todavia:todavía transacion:transacción
transaccion:transacción unico:único unica:única unicamente:únicamente usuraio:usuario
utlizar:utilizar utilzar:utilizar utiliazr:utilizar utiliar:utilizar util:útil utiles:útiles
valro:valor varible:variable varialbe:variable varibale:variable variabe:variable vesión:versión
atributto:atributo categoria:categoría energia:energía garantia:garantía metodologia:metodología
algun:algún ningun:ningún segun:según ademas:además traves:través asi:así aqui:aquí ahi:ahí
alli:allí razon:razón atras:atrás detras:detrás depues:después
"""
_CA = """
deles:de_les enel:en_el enels:en_els enla:en_la enles:en_les queel:que_el queels:que_els
queés:que_és quees:que_es ambel:amb_el ambla:amb_la ambels:amb_els perala:per_a_la
versio:versió proces:procés parametre:paràmetre parametres:paràmetres unic:únic
aplicacio:aplicació configuracio:configuració contenidro:contenidor definicio:definició
diferencies:diferències execucio:execució fitxre:fitxer funcio:funció implementacio:implementació
informacio:informació instalar:instal·lar instalació:instal·lació instal.lar:instal·lar
instal.lació:instal·lació inteficie:interfície llenguage:llenguatge llenguatje:llenguatge
metode:mètode metodes:mètodes maquina:màquina maquines:màquines modul:mòdul moduls:mòduls
nomes:només operacio:operació paraleles:paral·leles paralel:paral·lel paral.lel:paral·lel
perque:perquè peticio:petició posicio:posició rapid:ràpid rapida:ràpida sistmea:sistema
solucio:solució tambe:també utlitzar:utilitzar variabel:variable despres:després aixo:això
objete:objecte desenvolupamnet:desenvolupament desenvolupmanet:desenvolupament excecució:execució
"""


def _pairs(text: str) -> dict[str, str]:
    pairs = (pair.split(":") for pair in text.split())
    return {wrong: right.replace("_", " ") for wrong, right in pairs}


# Only what is no word of any of the three languages, nor a name.
MISSPELLINGS = {"en": _pairs(_EN), "es": _pairs(_ES), "ca": _pairs(_CA)}
